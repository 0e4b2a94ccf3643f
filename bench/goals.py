"""What we set out to reach, and whether a run did. CPU time and ratios hold on shared machines, rates do not."""

import dataclasses

MORETTA, FIRST, PYTHON, PEERS = "moretta-keyed", "python-first", "python-tuned", ("bento", "redpanda-connect")


@dataclasses.dataclass(frozen=True)
class Goal:
    text: str
    unit: str
    limit: float
    figure: object  # of results; None when that was not measured
    sense: str = "at most"

    def judged(self, results):
        figure = self.figure(results)
        reached = None
        if figure is not None:
            reached = figure <= self.limit if self.sense == "at most" else figure >= self.limit
        return {"goal": self.text, "sense": self.sense, "limit": self.limit, "unit": self.unit,
                "figure": figure, "reached": reached}


def entry(results, name, delay_ms=0):
    found = [one for one in results["contenders"]
             if one["name"] == name and one["delay_ms"] == delay_ms and "error" not in one]
    return found[0] if found else None


def of_contender(field, delay_ms=0):
    def figure(results):
        found = entry(results, MORETTA, delay_ms)
        return found[field] if found else None
    return figure


def of_probe(probe, field):
    return lambda results: results["probes"].get(probe, {}).get(field)


def best_rate(results, delay_ms):
    """With as many lanes as do best at this delay."""
    rates = [one["messages_per_second"] for one in results["lanes"]
             if one["delay_ms"] == delay_ms and "error" not in one]
    found = entry(results, MORETTA, delay_ms)
    return max([*rates, found["messages_per_second"]] if found else rates, default=None)


def kept_at_10_ms(results):
    near, far = best_rate(results, 0), best_rate(results, 10)
    return 100 * far / near if near and far else None


def times_less_cpu_than(*names):
    """Of the client, against the best of these."""
    def figure(results):
        ours = entry(results, MORETTA)
        theirs = [found["client_us_per_message"] for found in (entry(results, name) for name in names) if found]
        return min(theirs) / ours["client_us_per_message"] if ours and theirs else None
    return figure


def worst_of_ledgers(field):
    def figure(results):
        values = [one[field] for one in results["ledger"] if "error" not in one]
        return max(values, default=None)
    return figure


def ledger_growth(results):
    """Backend CPU at the biggest ledger against the empty one, in percent more."""
    by_size = sorted((one["ledger_ids"], one["backend_us_per_message"]) for one in results["ledger"]
                     if "error" not in one)
    return 100 * (by_size[-1][1] / by_size[0][1] - 1) if len(by_size) > 1 else None


def long_polls(results):
    receives = results["probes"].get("idle", {}).get("receives_per_20_s")
    return None if receives is None else round(receives)


GOALS = (
    Goal("client CPU a message, plain HTTP", "us", 5.5, of_contender("client_us_per_message")),
    Goal("client CPU a message, TLS", "us", 8.5, of_probe("tls", "client_us_per_message")),
    Goal("Postgres backend CPU a message", "us", 4.5, of_contender("backend_us_per_message")),
    Goal("the same with the biggest ledger measured", "us", 4.5, worst_of_ledgers("backend_us_per_message")),
    Goal("backend CPU, biggest ledger against empty: flat within", "%", 15, ledger_growth),
    Goal("WAL a row, biggest ledger measured", "B", 400, worst_of_ledgers("wal_bytes_per_row")),
    Goal("messages a second, 0 ms", "/s", 120_000, lambda results: best_rate(results, 0), "at least"),
    Goal("rate at 10 ms round trips against 0 ms", "%", 80, kept_at_10_ms, "at least"),
    Goal("SQS requests a message under load", "", 0.21, of_contender("requests_per_message")),
    Goal("client CPU: times less than tuned Python", "x", 50, times_less_cpu_than(PYTHON), "at least"),
    Goal("client CPU: times less than the first user's way", "x", 300, times_less_cpu_than(FIRST), "at least"),
    Goal("client CPU: times less than the best of Bento and Redpanda Connect", "x", 5,
         times_less_cpu_than(*PEERS), "at least"),
    Goal("idle: long polls of one process under way", "", 1, long_polls),
    Goal("idle: CPU of one core", "%", 0.1, of_probe("idle", "cpu_percent")),
    Goal("a single message from send to commit, worst of 30", "ms", 50, of_probe("idle", "lone_max_ms")),
    Goal("memory with 8 lanes and bodies of 1 kB", "MB", 64, of_probe("memory", "peak_rss_mb")),
    Goal("`moretta mask`: events a second and core", "/s", 1_500_000,
         of_probe("mask", "messages_per_second_and_core"), "at least"),
    Goal("`moretta load`: events a second and core of the client", "/s", 1_500_000,
         of_probe("load", "messages_per_second_and_core"), "at least"),
)


def judge(results):
    return [goal.judged(results) for goal in GOALS]
