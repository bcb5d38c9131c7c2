"""Collects what an answer prints, cut into checks by the judge's marks, within fixed memory."""

CHECK_LIMIT = 20_000  # characters kept of one check's output
TOTAL_LIMIT = 100_000  # characters kept of an attempt's
LONGEST_MARK = 512


class OutputCollector:
    """Takes the raw stream piece by piece. A mark is a null byte, the key, a colon, a check's id and a null byte."""

    def __init__(self, key: str) -> None:
        self._begin = b"\x00" + key.encode() + b":"
        self._pending = b""
        self._section = ""
        self._sections: dict[str, bytearray] = {}
        self._cut: set[str] = set()
        self._all = bytearray()
        self._all_cut = False

    def feed(self, data: bytes) -> None:
        """Take the next piece; a mark may be split between pieces."""
        data = self._pending + data
        while (at := data.find(self._begin)) >= 0:
            end = data.find(b"\x00", at + len(self._begin))
            if end < 0 and len(data) - at < LONGEST_MARK:
                break
            self._keep(data[:at])
            if end < 0:
                data = data[at + len(self._begin) :]
                continue
            self._section = data[at + len(self._begin) : end].decode("utf-8", "replace")
            data = data[end + 1 :]
        if at < 0:
            at = _possible_start(data, self._begin)
        self._keep(data[:at])
        self._pending = data[at:]

    def close(self) -> None:
        """No more will come."""
        self._keep(self._pending)
        self._pending = b""

    def of_check(self, check: str) -> str:
        """What was printed during `check`, with a mark where it was cut."""
        text = _text(self._sections.get(check, bytearray()))
        return f"{text}\n[cut after {CHECK_LIMIT:,} characters]" if check in self._cut else text

    @property
    def text(self) -> str:
        """Everything printed, up to the limit."""
        return _text(self._all)

    @property
    def truncated(self) -> bool:
        """Whether something is missing from `text`."""
        return self._all_cut

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        if self._section:
            kept = self._sections.setdefault(self._section, bytearray())
            if len(data) > CHECK_LIMIT - len(kept):
                self._cut.add(self._section)
            kept += data[: CHECK_LIMIT - len(kept)]
        if len(data) > TOTAL_LIMIT - len(self._all):
            self._all_cut = True
        self._all += data[: TOTAL_LIMIT - len(self._all)]


def _possible_start(data: bytes, mark: bytes) -> int:
    """Where a mark that is not yet whole may begin at the end of `data`; its length when there is none."""
    for length in range(min(len(mark) - 1, len(data)), 0, -1):
        if data.endswith(mark[:length]):
            return len(data) - length
    return len(data)


def _text(data: bytearray) -> str:
    return data.decode("utf-8", "replace")
