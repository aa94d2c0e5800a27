# Without translation a child cannot have its parent's addresses: fork fails, as on Linux without an MMU.
#: only translation schemes are a kernel's own affair
#: machine --translation bare
#: stdout parent  wrote to 8 new pages   pppppppp  page faults: 0
#: stdout there is no fork without translation
#: exit 1
        .include "../../../userland/demos/copy-on-write.s"
