# Without translation two programs that are linked to one address lie at one place: userland/demos/collision.s.
#: only translation schemes are a kernel's own affair
#: machine --translation bare
#: at 0x80400000
#: stdout first:  the number at my address is 1
#: stdout second: the number at my address is 2
#: stdout first:  the number at my address is 2: the second program lies where I lay
        .include "../../../userland/demos/collision.s"
