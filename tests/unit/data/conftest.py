"""The courses in this folder are material for tests: their check files are not tests of tutor."""

collect_ignore_glob = ["*"]
