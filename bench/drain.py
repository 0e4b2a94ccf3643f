"""What one message costs: `moretta drain` from the devqueue into a throwaway Postgres, everything here.

    bench/drain.py [--messages N] [--runs N] [--preset NAME] [--lanes N]

CPU time per message is the figure to trust on a shared machine; rates are beside it. The server runs
with fsync and synchronous_commit on. The table is counted afterwards: a run that loses or repeats a
row fails.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "e2e"))
import harness  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process and of its children that have ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def server_cpu_seconds(postmaster):
    """A Postgres server with all its processes."""
    children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return sum(cpu_seconds(pid) for pid in [postmaster, *children])


def one_run(postgres, options, number):
    database = f"run_{number}"
    postgres.run("postgres", f"CREATE DATABASE {database}")
    with tempfile.TemporaryDirectory(prefix="moretta-bench.") as folder:
        queue = harness.Devqueue(folder, "--queue", "bench", "--generate", str(options.messages))
        try:
            env = harness.clean_environment({
                "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_REGION": "us-east-1", "SECRET_KEY": harness.SECRET_KEY,
                "DATABASE_URL": postgres.url(database), "QUEUE_URL": queue.first_url})
            config = pathlib.Path(folder) / "moretta.yaml"
            config.write_bytes((harness.EXAMPLES / f"{options.preset}.yaml").read_bytes())
            with_config = ["-c", str(config)]
            schema = harness.Child([harness.program("moretta"), "schema", *with_config, "--apply"], env, folder)
            assert schema.wait().code == 0, schema.err
            queue_before = cpu_seconds(queue.pid)
            server_before = server_cpu_seconds(postgres.pid)
            drain = harness.Child([harness.program("moretta"), "drain", *with_config, "--json",
                                   "--no-progress", "--lanes", str(options.lanes)], env, folder)
            ended = drain.wait(within=600)
            assert ended.code == 0, ended
            summary = ended.summary
            queue_cpu = cpu_seconds(queue.pid) - queue_before
            server_cpu = server_cpu_seconds(postgres.pid) - server_before
        finally:
            queue.close()
    rows = postgres.run(database, "SELECT count(*) FROM user_logins")[0][0]
    postgres.run("postgres", f"DROP DATABASE {database}")
    assert rows == options.messages == summary["stored"], (rows, summary)
    # Without the end of a drain, which is three empty long polls of a second each.
    return {"messages_per_second": summary["messages_per_second"],
            "client_us": summary["cpu_us_per_message"],
            "queue_us": queue_cpu * 1e6 / options.messages,
            "postgres_us": server_cpu * 1e6 / options.messages,
            "rows_per_turn": options.messages / max(1, summary["turns"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--preset", default="logins-keyed")
    parser.add_argument("--lanes", type=int, default=2)
    options = parser.parse_args()

    postgres = harness.Postgres({"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
                                 "shared_buffers": "512MB", "max_wal_size": "4GB"})
    try:
        runs = [one_run(postgres, options, number) for number in range(options.runs)]
    finally:
        postgres.close()
    print(f"{options.messages} messages, preset {options.preset}, {options.lanes} lanes, "
          f"{options.runs} runs; median (min-max)")
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"  {name:<20} {statistics.median(values):>12.1f}  ({min(values):.1f}-{max(values):.1f})")
    print(json.dumps({"options": vars(options), "runs": runs}))


if __name__ == "__main__":
    main()
