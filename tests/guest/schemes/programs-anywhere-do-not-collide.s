# Without translation, programs that can lie anywhere get places of their own: userland/demos/collision.s.
#: only translation schemes are a kernel's own affair
#: machine --translation bare
#: stdout first:  the number at my address is 1
#: stdout second: the number at my address is 2
#: stdout first:  the number at my address is 1 again: nobody else was there
        .include "../../../userland/demos/collision.s"
