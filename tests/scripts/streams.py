import os
import subprocess
import sys

for step in range(2):
    print("out", step)
    print("err", step, file=sys.stderr)
    os.write(1, b"raw\n")

print("no newline", end="")
subprocess.run(["echo", " from a child"])
os.system("echo oops >&2");
os.system("echo fine");
sys.stderr.write("last words\n");
sys.exit("that is all")
print("never")
