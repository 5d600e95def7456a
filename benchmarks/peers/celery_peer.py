# Celery on Redis for ./bench queue: acknowledged late, two processes, four tasks ahead of each; at one ahead it loses
# wake-ups. The same program is the worker ("celery -A celery_peer worker") and the client.
#   celery_peer.py enqueue TASKS   prints tasks a second and the client's CPU
#   celery_peer.py wait TASKS      waits until so many were run, prints seconds since the first
#   celery_peer.py latency TASKS   one at a time: enqueuing, and until an idle worker begins
import json
import os
import resource
import sys
import time

import redis
from celery import Celery

broker = os.environ['PEER_BROKER']
app = Celery('celery_peer', broker=broker)
app.conf.update(
    task_acks_late=True,
    worker_prefetch_multiplier=4,
    task_ignore_result=True,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)
counter = redis.Redis.from_url(broker)


@app.task
def nothing(padding):
    pass


@app.task
def stamp(sent):
    counter.rpush('waits', time.monotonic() - sent)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def quantile(values, q):
    return sorted(values)[int(q * (len(values) - 1))]


def enqueue(tasks):
    padding = 'x' * 760
    began, began_cpu = time.monotonic(), cpu()
    for _ in range(tasks):
        nothing.delay(padding)
    print(json.dumps({
        'enqueue_per_second': tasks / (time.monotonic() - began),
        'enqueue_cpu_us': 1e6 * (cpu() - began_cpu) / tasks,
    }))


def left():
    # What waits, and what was handed out and not acknowledged yet.
    return counter.llen('celery') + counter.hlen('unacked')


def wait(tasks):
    while left() >= tasks:
        time.sleep(0.002)
    began, first = time.monotonic(), left()
    while left() > 0:
        time.sleep(0.005)
    print(json.dumps({'tasks_per_second': first / (time.monotonic() - began)}))


def latency(tasks):
    sent = []
    for i in range(tasks):
        began = time.monotonic()
        stamp.delay(began)
        sent.append(1000 * (time.monotonic() - began))
        while counter.llen('waits') <= i:
            time.sleep(0.002)
    waits = [1000 * float(one) for one in counter.lrange('waits', 0, -1)]
    print(json.dumps({
        'enqueue_p50_ms': quantile(sent, 0.5), 'enqueue_p99_ms': quantile(sent, 0.99),
        'begin_p50_ms': quantile(waits, 0.5), 'begin_p99_ms': quantile(waits, 0.99),
    }))


if __name__ == '__main__':
    {'enqueue': enqueue, 'wait': wait, 'latency': latency}[sys.argv[1]](int(sys.argv[2]))
