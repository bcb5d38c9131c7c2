# verdict: crashed
# message: ended the process
import os

os._exit(0)
