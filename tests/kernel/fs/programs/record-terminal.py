#!/usr/bin/env python3
"""Records what a Linux terminal (a pty) echoes and gives to readers: tests/golden/fs/terminal.json is its output.

A case: settings, then steps. ["type", keys, echo]; ["read", most, bytes or null: nothing to read]; ["set", settings, echo].
Settings: flags to switch on and off by name, control characters by index name. All bytes are Latin-1 characters.
"""
import errno, json, os, pty, random, sys, termios, time

FLAGS = {"ICRNL": 0, "INLCR": 0, "IGNCR": 0, "ISTRIP": 0, "IXON": 0, "IXANY": 0, "IUTF8": 0, "IMAXBEL": 0, "OPOST": 1, "ONLCR": 1, "OCRNL": 1,
         "ONOCR": 1, "ONLRET": 1, "ISIG": 3, "ICANON": 3, "ECHO": 3, "ECHOE": 3, "ECHOK": 3, "ECHONL": 3, "ECHOCTL": 3, "ECHOKE": 3, "IEXTEN": 3, "NOFLSH": 3}
BITS = {"IUTF8": 0o40000, "ECHOCTL": 0o1000, "ECHOKE": 0o4000}
START = ["ICRNL", "IXON", "IUTF8", "OPOST", "ONLCR", "ISIG", "ICANON", "ECHO", "ECHOE", "ECHOK", "ECHOCTL", "ECHOKE", "IEXTEN"]


def bit(name):
    return BITS.get(name) or getattr(termios, name)


def apply(fd, settings):
    a = termios.tcgetattr(fd)
    for name in settings.get("on", []): a[FLAGS[name]] |= bit(name)
    for name in settings.get("off", []): a[FLAGS[name]] &= ~bit(name)
    for name, value in settings.get("cc", {}).items(): a[6][getattr(termios, name)] = bytes([value])
    termios.tcsetattr(fd, termios.TCSANOW, a)


def begin():
    master, slave = pty.openpty()
    a = termios.tcgetattr(slave)
    a[0], a[1], a[3] = (sum(bit(n) for n in START if FLAGS[n] == i) for i in (0, 1, 3))
    a[6][termios.VEOL] = a[6][termios.VEOL2] = b"\0"
    termios.tcsetattr(slave, termios.TCSANOW, a)
    os.set_blocking(master, False)
    os.set_blocking(slave, False)
    return master, slave


def drain(master, rounds=2):
    out = b""
    for _ in range(rounds):
        time.sleep(0.001)
        try:
            while True: out += os.read(master, 65536)
        except OSError: pass
    return out.decode("latin1")


def record(title, settings, steps):
    master, slave = begin()
    apply(slave, settings)
    done = []
    for step in steps:
        if step[0] == "type":
            # One by one, or a signal would flush echo that a real line has sent already. Long texts have no signals.
            keys = step[1].encode("latin1")
            pieces = [keys] if len(keys) > 100 else [bytes([key]) for key in keys]
            shown = ""
            for piece in pieces:
                os.write(master, piece)
                shown += drain(master, 1)
            done.append(["type", step[1], shown + drain(master)])
        elif step[0] == "set":
            apply(slave, step[1])
            done.append(["set", step[1], drain(master)])
        elif step[0] == "write":
            os.write(slave, step[1].encode("latin1"))
            done.append(["write", step[1], drain(master)])
        else:
            try: done.append(["read", step[1], os.read(slave, step[1]).decode("latin1")])
            except OSError as e: done.append(["read", step[1], None if e.errno == errno.EAGAIN else e.errno])
    os.close(slave); os.close(master)
    return {"title": title, "settings": settings, "steps": done}


T = lambda keys: ["type", keys]
R = lambda n=4096: ["read", n]
S = lambda **settings: ["set", settings]
W = lambda text: ["write", text]
CASES = [
    ("a line", {}, [T("hello\r"), R(), R()]),
    ("type-ahead: lines one by one", {}, [T("one\rtwo\rthr"), R(), R(), R(), T("ee\r"), R()]),
    ("a line in parts", {}, [T("abcdef\r"), R(2), R(3), R(10)]),
    ("erase", {}, [T("abc\x7f\x7fx\r"), R(), T("\x7f\x7fy\r"), R()]),
    ("erase takes no finished line", {}, [T("a\r\x7f\x7fb\r"), R(), R()]),
    ("erase of UTF-8", {}, [T("a\xc3\xa9\x7fb\xe2\x82\xac\xe2\x82\xac\x7f\r"), R()]),
    ("erase of UTF-8 without IUTF8", {"off": ["IUTF8"]}, [T("a\xc3\xa9\x7fb\r"), R()]),
    ("erase of control characters", {}, [T("a\x01\x02\x7f\x7fb\r"), R()]),
    ("erase of control characters without ECHOCTL", {"off": ["ECHOCTL"]}, [T("a\x01\x02\x7f\x7fb\r"), R()]),
    ("erase of tabs", {}, [T("a\tb\t\x7f\x7f\x7fc\r"), R()]),
    ("erase of tabs after output", {}, [W("prompt> "), T("ab\tc\x7f\x7fd\t\x7f\r"), R()]),
    ("erase without ECHOE", {"off": ["ECHOE"]}, [T("abc\x7f\x7fx\r"), R()]),
    ("kill", {}, [T("abc def\x15x\r"), R()]),
    ("kill without ECHOKE", {"off": ["ECHOKE"]}, [T("abc\x15x\r"), R()]),
    ("kill without ECHOK", {"off": ["ECHOK", "ECHOKE"]}, [T("abc\x15x\r"), R()]),
    ("kill of tabs and controls", {}, [T("a\t\x01b\x15x\r"), R()]),
    ("word erase", {}, [T("foo bar_baz  \x17x\r"), R(), T("foo, bar.\x17\x17y\r"), R(), T("  \x17z\r"), R()]),
    ("word erase of UTF-8", {}, [T("a \xc3\xa9\xc3\xa9b\x17x\r"), R()]),
    ("end of file", {}, [T("\x04"), R(), R(), T("abc\x04"), R(), R(), T("abc\x04def\x04\x04"), R(), R(), R(), R()]),
    ("end of file right behind a filled read", {}, [T("abc\x04x\r"), R(3), R(), R()]),
    ("end of file after part of a read", {}, [T("abc\x04x\r"), R(2), R(5), R()]),
    ("literal next", {}, [T("a\x16\x03b\x16\x7fc\r"), R(), T("\x16\x16\r"), R(), T("\x16\r\r"), R(), T("\x16\nx\r"), R()]),
    ("literal next without ECHO", {"off": ["ECHO"]}, [T("a\x16\x03b\r"), R()]),
    ("erase of a literal", {}, [T("a\x16\x03\x7fb\r"), R()]),
    ("reprint", {}, [T("ab\x01c\x12d\x7f\r"), R()]),
    ("interrupt", {}, [T("abc\x03def\r"), R(), T("\x1c\x1a"), R()]),
    ("interrupt flushes finished lines", {}, [T("one\rtwo\x03three\r"), R(), R()]),
    ("interrupt with NOFLSH", {"on": ["NOFLSH"]}, [T("one\rtwo\x03three\r"), R(), R()]),
    ("no signals without ISIG", {"off": ["ISIG"]}, [T("a\x03\x1c\x1ab\r"), R()]),
    ("flow control", {}, [T("a\x13b\rc\x11d\r"), R(), R()]),
    ("flow control with IXANY", {"on": ["IXANY"]}, [T("a\x13bc\r"), R()]),
    ("no flow control without IXON", {"off": ["IXON"]}, [T("a\x13\x11b\r"), R()]),
    ("interrupt starts output again", {}, [T("a\x13b\x03c\r"), R()]),
    ("no echo", {"off": ["ECHO"]}, [T("secret\r"), R()]),
    ("echo of newlines alone", {"off": ["ECHO"], "on": ["ECHONL"]}, [T("secret\r"), R()]),
    ("carriage returns", {"off": ["ICRNL"]}, [T("a\rb\n"), R()]),
    ("newlines as carriage returns", {"on": ["INLCR"], "off": ["ICRNL"]}, [T("a\nb\rc"), R()]),
    ("ignored carriage returns", {"on": ["IGNCR"]}, [T("a\rb\n"), R()]),
    ("seven bits", {"on": ["ISTRIP"]}, [T("\xe1\xe2\x8d"), R()]),
    ("other ends of line", {"cc": {"VEOL": 0x3b, "VEOL2": 0x2e}}, [T("a;b.c\r"), R(), R(), R()]),
    ("other control characters", {"cc": {"VERASE": 0x23, "VKILL": 0x40, "VINTR": 0}}, [T("ab#c@d\x03\r"), R()]),
    ("without IEXTEN", {"off": ["IEXTEN"]}, [T("ab \x17\x16\x12c\r"), R()]),
    ("output without OPOST", {"off": ["OPOST"]}, [T("a\r"), R(), W("x\ny\n")]),
    ("output with OCRNL", {"on": ["OCRNL"]}, [W("a\rb\nc\r\r")]),
    ("output with ONOCR", {"on": ["ONOCR"]}, [W("\ra\r\rb\n\r")]),
    ("output with ONLRET", {"on": ["ONLRET", "ONOCR"], "off": ["ONLCR"]}, [W("a\n\rb")]),
    ("raw", {"off": ["ICANON", "ECHO", "ISIG", "IEXTEN", "ICRNL", "IXON", "OPOST"]}, [T("a\r\x03\x7f\x04"), R(2), R(), R(), T("x"), R()]),
    ("raw with echo", {"off": ["ICANON"]}, [T("a\rb\x7f\x04\x15"), R(), T("\x16\x03x"), R()]),
    ("from canonical to raw", {}, [T("one\rtwo"), S(off=["ICANON"]), R(), R()]),
    ("from canonical to raw with an end of file", {}, [T("one\x04two"), S(off=["ICANON"]), R(), R()]),
    ("from raw to canonical", {"off": ["ICANON"]}, [T("one"), S(on=["ICANON"]), R(), T("two\r"), R(), R()]),
    ("from raw to canonical with nothing there", {"off": ["ICANON"]}, [S(on=["ICANON"]), R(), T("two\r"), R()]),
    ("signals in raw mode", {"off": ["ICANON"]}, [T("ab\x03cd"), R()]),
    ("a line that is too long", {}, [T("x" * 1000), T("y" * 1000), T("z" * 1000), T("w" * 1000), T("v" * 1000), T("\r"), R(10000), R()]),
    ("a NUL", {}, [T("a\0b\0\r"), R()]),
]
KEYS = ["a", "b", " ", "_", "\t", "\r", "\n", "\x7f", "\x15", "\x17", "\x16", "\x12", "\x04", "\x03", "\x01", "\xc3\xa9", ".", "\x1a", "-", "\x00", "\x1b"]
r = random.Random(7)
for i in range(150):
    names = [n for n in ("ECHOE", "ECHOKE", "ECHOCTL", "IUTF8", "ECHO", "NOFLSH", "ICRNL", "IEXTEN", "ECHOK", "ICANON", "ISIG") if r.random() < 0.15]
    steps = []
    for _ in range(r.randint(1, 6)):
        steps.append(T("".join(r.choice(KEYS[:6] if r.random() < 0.6 else KEYS) for _ in range(r.randint(1, 14)))))
        if r.random() < 0.5: steps.append(R(r.choice([1, 3, 4096])))
        if r.random() < 0.08: steps.append(S(**{r.choice(["on", "off"]): ["ICANON"]}))
    CASES.append((f"random {i}", {"off": names}, steps + [R(), R()]))
json.dump([record(*case) for case in CASES], sys.stdout, indent=0)
print()
