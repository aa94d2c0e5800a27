# Room that lies in pieces is none, when nothing may be moved: userland/demos/fragmentation.s.
#: only translation schemes are a kernel's own affair
#: machine --translation segments --ram 8M --swap 0 --no-compaction
#: stdout every other piece is given back
#: stdout...
#: stdout 1 MiB in one piece: no memory
#: stdout...
        .include "../../../userland/demos/fragmentation.s"
