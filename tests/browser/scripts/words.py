"""Count the words of a file."""

import argparse
from collections import Counter
from pathlib import Path


def count(path, smallest):
    words = path.read_text(encoding="utf-8").lower().split()
    return Counter(word.strip(".,;:!?") for word in words if len(word) >= smallest)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--top", type=int, default=3)
    parser.add_argument("--smallest", type=int, default=1)
    options = parser.parse_args()
    for word, times in count(options.path, options.smallest).most_common(options.top):
        print(f"{times:4} {word}")


if __name__ == "__main__":
    main()
