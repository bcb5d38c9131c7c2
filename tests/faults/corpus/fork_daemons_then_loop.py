# verdict: timed_out
# limit: 1.0
import os
import time

for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
while True:
    pass
