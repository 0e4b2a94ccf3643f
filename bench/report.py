"""RESULTS.md from results.json:  bench/report.py results.json > RESULTS.md"""

import json
import pathlib
import sys

COLUMNS = (  # heading, field, decimals
    ("messages", "messages", 0), ("messages/s", "messages_per_second", 0),
    ("client us", "client_us_per_message", 1), ("Postgres us", "postgres_us_per_message", 1),
    ("of it backends", "backend_us_per_message", 1), ("queue us", "queue_us_per_message", 1),
    ("peak MB", "peak_rss_mb", 0), ("requests", "requests_per_message", 3),
    ("rows a commit", "rows_per_transaction", 0), ("WAL B/row", "wal_bytes_per_row", 0))


def number(value, decimals=1):
    if value is None:
        return "-"
    return f"{value:,.{decimals}f}".replace(",", " ")


def table(head, rows):
    line = "| " + " | ".join(head) + " |"
    rule = "| " + " | ".join(["---"] + ["---:"] * (len(head) - 1)) + " |"
    return [line, rule, *("| " + " | ".join(row) + " |" for row in rows), ""]


def verdict(one):
    if "error" in one:
        return "**failed**"
    if one["rows_ok"]:
        return "all once"
    return f"**{one['rows_lost']} lost, {one['rows_repeated']} twice, {one['rows_wrong']} wrong**"


def again(one):
    part = one["redelivered"]
    if "error" in part:
        return "**failed**"
    lost, repeated = part["rows_lost"], part["rows_repeated"]
    return (f"**{lost} lost**, " if lost else "") + (f"{repeated} twice" if repeated else "all once")


def contenders_at(results, delay):
    rows = []
    for one in results["contenders"]:
        if one["delay_ms"] == delay:
            cells = [number(one.get(field), decimals) for _, field, decimals in COLUMNS]
            rows.append([one["title"], str(one["parallel"]), *cells, verdict(one)])
    return table(["", "parallel", *(heading for heading, _, _ in COLUMNS), "rows"], rows)


def waiting(results):
    first = {}
    for one in results["contenders"]:
        if "redelivered" in one:
            first.setdefault(one["name"], one)
    if not first:
        return []
    head = ["## Waiting for messages, and getting them twice", "",
            "From send to commit at 100 messages a second; then one message in twenty given twice, as SQS may.", ""]
    return head + table(["", "promise", "p50 ms", "p99 ms", "redelivered", "version"],
                 [[one["title"], one["promise"].replace("-", " "), number(one["send_to_commit_p50_ms"]),
                   number(one["send_to_commit_p99_ms"]), again(one), one["version"]] for one in first.values()])


def spreads(results):
    rows = []
    for one in results["contenders"]:
        if one.get("runs", 1) > 1:
            low_high = [" to ".join(number(value, 1 if "us" in name else 0) for value in one["spread"][name])
                        for name in ("messages_per_second", "client_us_per_message", "backend_us_per_message")]
            rows.append([one["title"], str(one["delay_ms"]), str(one["runs"]), *low_high])
    return ["Medians where there were several runs; least to most:", "",
            *table(["", "delay ms", "runs", "messages/s", "client us", "backend us"], rows)] if rows else []


def reach(results):
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = []
    for goal in results["reach"]:
        decimals = 0 if goal["limit"] >= 100 else 2
        rows.append([goal["goal"], f"{goal['sense']} {number(goal['limit'], decimals)} {goal['unit']}".strip(),
                     "-" if goal["figure"] is None else f"{number(goal['figure'], decimals)} {goal['unit']}".strip(),
                     words[goal["reached"]]])
    return table(["goal", "limit", "figure", "reached"], rows)


def by_lanes(results):
    if not results["lanes"]:
        return []
    delays = sorted({one["delay_ms"] for one in results["lanes"]})
    rows = []
    for lanes in sorted({one["lanes"] for one in results["lanes"]}):
        at = {one["delay_ms"]: one for one in results["lanes"] if one["lanes"] == lanes}
        rows.append([str(lanes), *(number(at.get(delay, {}).get("messages_per_second"), 0) for delay in delays),
                     number(at.get(delays[0], {}).get("peak_rss_mb"), 0)])
    return ["## Lanes and round trips", "", "moretta, `logins-keyed`, messages a second:", "",
            *table(["lanes", *(f"{delay} ms" for delay in delays), f"peak MB at {delays[0]} ms"], rows),
            "![messages a second against lanes, one line for each round trip](performance.svg)", ""]


def growth(results, section, key, heading):
    if not results[section]:
        return []
    fields = [column for column in COLUMNS if column[1] in (
        "client_us_per_message", "backend_us_per_message", "queue_us_per_message", "wal_bytes_per_row", "peak_rss_mb")]
    return [f"## {heading}", "", *table(
        [heading.lower(), *(name for name, _, _ in fields), "rows"],
        [[number(one.get(key), 0), *(number(one.get(field), decimals) for _, field, decimals in fields), verdict(one)]
         for one in results[section]])]


def probes(results):
    found, lines = results["probes"], []
    if "vault" in found and not any("error" in part for part in found["vault"].values()):
        lines += ["## The vault: MD5 with recovery", "", *table(
            ["values", "client us", "backend us", "WAL B/row"],
            [[name, number(part["client_us_per_message"]), number(part["backend_us_per_message"]),
              number(part["wal_bytes_per_row"], 0)] for name, part in found["vault"].items()])]
    if "idle" in found:
        idle = found["idle"]
        lines += [f"Idle for {idle['seconds']} s with {idle['lanes']} lanes: {number(idle['cpu_percent'], 3)} % of a "
                  f"core, {number(idle['receives_per_20_s'], 1)} receives in 20 s; then single messages, from send "
                  f"to commit: median {number(idle['lone_p50_ms'])} ms, worst {number(idle['lone_max_ms'])} ms.", ""]
    if "mask" in found:
        lines += [f"`moretta mask`, no queue and no database: {number(found['mask']['client_us_per_message'], 2)} us "
                  f"of CPU an event, {number(found['mask']['messages_per_second_and_core'], 0)} a second and core.", ""]
    if "load" in found:
        load = found["load"]
        lines += [f"`moretta load` of a file: {number(load['client_us_per_message'], 2)} us of CPU an event, Postgres "
                  f"{number(load['postgres_us_per_message'], 2)} us, {number(load['messages_per_second'], 0)} a second "
                  f"in {number(load['seconds'], 1)} s, rows: {verdict(load)}.", ""]
    return lines


def circumstances(results):
    machine, versions = results["machine"], results["versions"]
    settings = ", ".join(f"`{name}={value}`" for name, value in results["postgres_settings"].items())
    lines = [f"Taken {results['taken']} at commit `{results['commit']}`" +
             (f", **with one {results['share']}th of the messages: too short for figures to quote**"
              if results["share"] > 1 else "") + ".", "",
             f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gb']} GB, {machine['system']}, "
             f"kernel {machine['kernel']}; write and fdatasync of 8 kB {machine['fdatasync_ms']} ms; "
             f"load when it began {machine['load_at_start']}. "
             "Queue, contender and Postgres share the machine. " +
             ", ".join(f"{name} {version}" for name, version in versions.items()) + ".", "",
             f"Postgres: {settings}.", ""]
    lines += [f"- skipped: {one['title']}: {one['why']}" for one in results["skipped"]]
    return lines + ([""] if results["skipped"] else [])


INTRODUCTION = """# Results

Written by `./dev bench`; do not edit. CPU time is microseconds for each message, user and system: of the contender
with all its processes, of the whole Postgres server (and of the sessions alone, beside it), and of the queue. Rates
hold for this machine and this run: compare them within a table. Time begins when the queue starts to give messages to
a contender that is connected and polling, and ends when the queue is empty. Two in a hundred bodies repeat an earlier
one under a new id, one in a hundred is malformed and has to leave the queue without a row. *all once*: the table was
compared with what was sent, row for row. How each contender is set up and why: [contenders](contenders/README.md).
"""


def markdown(results):
    lines = [INTRODUCTION, *circumstances(results)]
    for delay in sorted({one["delay_ms"] for one in results["contenders"]}):
        lines += [f"## Round trips of {delay} ms", "", *contenders_at(results, delay)]
    lines += [*spreads(results), *waiting(results), *by_lanes(results), *growth(results, "ledger", "ledger_ids", "Ids in the ledger"),
              *growth(results, "depth", "depth", "Messages in the queue"), *probes(results),
              "## What we set out to reach", "", *reach(results)]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown(json.loads(pathlib.Path(sys.argv[1]).read_text())))
