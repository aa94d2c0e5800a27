# Room that lies in pieces becomes one piece: userland/demos/fragmentation.s.
#: machine --translation segments --ram 8M --swap 0 
#: stdout every other piece is given back
#: stdout...
#: stdout 1 MiB in one piece: success
#: stdout...
        .include "../../../userland/demos/fragmentation.s"
