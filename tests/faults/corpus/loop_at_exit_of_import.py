# verdict: timed_out
# limit: 1.0
class Endless:
    def __del__(self):
        while True:
            pass


Endless()
