# Each program has segments of its own: userland/demos/collision.s.
#: only translation schemes are a kernel's own affair
#: machine --translation segments
#: stdout first:  the number at my address is 1
#: stdout second: the number at my address is 2
#: stdout first:  the number at my address is 1 again: nobody else was there
        .include "../../../userland/demos/collision.s"
