"""The queue in the hands of an operator: the release binary, with smart hosts that are dead or busy.

Every test sends to domains of its own, whose routes lead to nobody unless it says otherwise.
"""
import json
import os
import time

import pytest

import hostile_peers as hostile
import relay_site
from conftest import free_port
from relay_site import RelayServer

DEAD = ("list", "hold", "bounce", "delete", "mixed", "export")
SLOW = '\n[queue]\nretry_first = "1h"\nretry_max = "2h"\n'  # nothing is tried twice by itself


@pytest.fixture(scope="module")
def busy():
    with hostile.HostilePeer(hostile.busy()) as peer:
        yield peer
    assert peer.failures == []


@pytest.fixture(scope="module")
def relay(busy, tmp_path_factory):
    server = RelayServer(tmp_path_factory.mktemp("queue") / "run")
    nobody = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay_site, "QUEUE", SLOW)
        server.serve("".join(relay_site.smart_host(name, nobody) for name in DEAD)
                     + relay_site.smart_host("busy", busy.port))
    yield server
    assert server.stop() == 0, server.log()


def ok(ran):
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def listed(relay, *options):
    return json.loads(ok(relay.run("queue", "list", "--json", *options)))["items"]


def deferred(relay, domain, count):
    """Sends so many messages there, and waits until each was tried; their queue ids."""
    for i in range(count):
        relay.send([f"bob{i}@{domain}.test"], f"{domain} {i}")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        items = listed(relay, "--domain", f"{domain}.test", "--state", "deferred")
        if len(items) == count:
            return [item["queue_id"] for item in items]
        time.sleep(0.1)
    raise AssertionError(f"{listed(relay)}\n{relay.log()}")


def who(relay, event, queue_id):
    found = relay.wait_for_event(lambda one: one["event"] == event
                                 and one["message"]["queue_id"] == queue_id)
    return found.get("actor", {}).get("id")


def test_what_waits_is_listed_and_counted_by_a_filter(relay):
    ids = deferred(relay, "list", 3)
    assert [item["queue_id"] for item in listed(relay, "--recipient", "bob1@list.test")] == [ids[1]]
    assert [item["queue_id"] for item in
            listed(relay, "--domain", "list.test", "--after", ids[0], "--limit", "1")] == [ids[1]]
    assert listed(relay, "--domain", "list.test", "--older", "1h") == []
    assert listed(relay, "--domain", "list.test", "--reply", "no such words") == []
    assert len(listed(relay, "--sender", "*@localhost", "--domain", "list.test",
                      "--newer", "1h", "--account", relay.user)) == 3
    summary = json.loads(ok(relay.run("queue", "summary", "--domain", "list.test", "--json")))
    assert summary["messages"] == 3
    assert [(part["name"], part["messages"]) for part in summary["by_state"]] == [("deferred", 3)]
    assert summary["by_domain"][0]["name"] == "list.test"
    assert summary["by_age"][0]["messages"] == 3
    assert "RECIPIENT DOMAIN" in ok(relay.run("queue", "summary"))


def test_what_is_held_waits_over_a_restart_until_it_is_released(relay):
    ids = deferred(relay, "hold", 3)
    asked = relay.run("queue", "hold", "--domain", "hold.test")
    assert asked.returncode == 2 and "3 messages would be held; say --yes" in asked.stderr
    assert ok(relay.run("queue", "hold", ids[0])) == f"{ids[0]} is held\n"
    assert ok(relay.run("queue", "hold", "--domain", "hold.test", "--yes")).startswith(
        "2 held; 1 skipped")
    assert relay.metrics()['signet_queue_messages{state="hold"}'] == 3
    assert relay.stop() == 0
    relay.start_again()
    assert [item["state"] for item in listed(relay, "--domain", "hold.test")] == ["hold"] * 3
    assert relay.run("queue", "retry", ids[0]).returncode == 7
    tries = {item["queue_id"]: item["attempts"] for item in listed(relay, "--state", "hold")}
    assert ok(relay.run("queue", "release", "--state", "hold", "--yes")).startswith("3 released")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        now = listed(relay, "--domain", "hold.test", "--state", "deferred")
        if len(now) == 3 and all(one["attempts"] > tries[one["queue_id"]] for one in now):
            break
        time.sleep(0.1)
    assert sorted(one["queue_id"] for one in now) == ids, now
    assert who(relay, "queue.held", ids[0]) == str(os.getuid())
    assert who(relay, "queue.released", ids[2]) == str(os.getuid())


def test_what_is_given_up_is_reported_to_its_sender(relay):
    ids = deferred(relay, "bounce", 2)
    assert ok(relay.run("queue", "bounce", "--domain", "bounce.test", "--yes")).startswith(
        "2 given up, with a report to its sender; 0 skipped")
    for i in range(2):
        report = relay.wait_for_mail(lambda mail: f"bob{i}@bounce.test".encode() in mail
                                     and b"report-type=delivery-status" in mail)
        assert b"given up by an operator" in report
    assert listed(relay, "--domain", "bounce.test") == []
    assert who(relay, "queue.bounced", ids[0]) == str(os.getuid())
    bounced = relay.wait_for_event(lambda one: one["event"] == "message.bounced"
                                   and one["message"]["queue_id"] == ids[0])
    assert bounced["reason"] == "operator" and "delivery" not in bounced


def test_what_is_deleted_is_gone_and_nobody_hears_of_it(relay):
    ids = deferred(relay, "delete", 2)
    before = len(relay.mail())
    ok(relay.run("queue", "delete", "--id", ids[0], "--id", ids[1], "--yes"))
    assert listed(relay, "--domain", "delete.test") == []
    assert who(relay, "queue.deleted", ids[0]) == str(os.getuid())
    assert len(relay.mail()) == before


def test_without_a_server_the_commands_work_on_the_stores(relay):
    ids = deferred(relay, "mixed", 2)
    assert relay.stop() == 0
    ok(relay.run("queue", "hold", ids[0]))
    assert ok(relay.run("queue", "bounce", ids[1])) == f"{ids[1]} is given up\n"
    assert [item["state"] for item in listed(relay, "--domain", "mixed.test")] == ["hold"]
    relay.start_again()
    relay.wait_for_mail(lambda mail: b"bob1@mixed.test" in mail and b"delivery-status" in mail)
    assert who(relay, "queue.bounced", ids[1]) == str(os.getuid())


def test_a_trace_shows_every_step_of_a_message(relay, busy):
    (queue_id,) = deferred(relay, "busy", 1)
    ok(relay.run("queue", "hold", queue_id))
    ok(relay.run("queue", "release", queue_id))
    relay.wait_for_event(lambda one: one["event"] == "message.delivered"
                         and one["message"]["queue_id"] == queue_id)
    trace = ok(relay.run("message", "trace", queue_id))
    print(trace)
    (message,) = json.loads(ok(relay.run("message", "trace", queue_id, "--json")))["messages"]
    assert [step["event"] for step in message["steps"]] == [
        "message.accepted", "message.deferred", "queue.held", "queue.released", "message.delivered"]
    first, second = message["steps"][1], message["steps"][4]
    assert first["attempt"] == 1 and second["attempt"] == 2
    assert "451 4.7.1 greylisted" in first["reply"] and first["until"] > first["time"]
    assert f":{busy.port}" in first["next_hop"]
    assert second["reply"].startswith("250 ")
    times = [step["time"] for step in message["steps"]]
    assert times == sorted(times)
    by_message_id = json.loads(ok(relay.run("message", "trace", message["message_id"], "--json")))
    assert by_message_id["messages"] == [message]
    assert relay.run("message", "trace", "0" * 26).returncode == 6


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_stopped_spool_is_exported_and_a_damaged_one_as_far_as_it_goes(relay, tmp_path):
    ids = deferred(relay, "export", 1)
    relay.send(["bob9@export.test"], "large", "L" * 70 + "\r\n" + ("x" * 70 + "\r\n") * 2_000)
    ids = sorted(item["queue_id"] for item in listed(relay, "--domain", "export.test"))
    out = tmp_path / "saved"
    export = ("queue", "export", "--offline", "--to", out, "--domain", "export.test")
    running = relay.run(*export)
    assert running.returncode == 7 and "stop it first" in running.stderr
    assert relay.stop() == 0
    spool = next(relay.dir.rglob("spool"))
    before = snapshot(spool)
    assert "2 messages exported" in ok(relay.run(*export))
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{one}.{kind}" for one in ids for kind in ("eml", "json"))
    large = (out / f"{ids[1]}.eml").read_bytes()
    assert large.startswith(b"Received: ") and large.endswith(b"x" * 70 + b"\r\n")
    assert b"Subject: large\r\n" in large
    envelope = json.loads((out / f"{ids[0]}.json").read_text())["envelope"]
    assert envelope["recipients"][0]["address"] == "bob0@export.test"
    assert envelope["state"] == "deferred" and envelope["recipients"][0]["last_reply"]

    again = relay.run(*export)
    assert again.returncode == 0 and "2 were there already" in again.stdout
    assert snapshot(spool) == before, "the spool is only read"
    inside = relay.run("queue", "export", "--offline", "--to", spool / "out")
    assert inside.returncode == 2
    assert relay.run("queue", "export", "--to", out).returncode == 2

    body = next(path for path in (spool / "body").rglob("*") if path.name == ids[1])
    body.write_bytes(body.read_bytes()[:1_000])
    damaged = snapshot(spool)
    partly = relay.run("queue", "export", "--offline", "--to", tmp_path / "partly",
                       "--domain", "export.test")
    assert partly.returncode == 3 and "not as it was written" in partly.stderr, partly.stderr
    assert (tmp_path / "partly" / f"{ids[0]}.eml").exists()
    assert (tmp_path / "partly" / f"{ids[1]}.damaged.eml").exists()
    assert snapshot(spool) == damaged
    body.write_bytes(before[body])
    relay.start_again()
