# Without translation a store goes wherever it says: userland/demos/stray-store.s.
#: only translation schemes are a kernel's own affair
#: machine --translation bare
#: stdout my secret is 42; another program is given its address, and stores 666 there
#: stdout my secret is 666
        .include "../../../userland/demos/stray-store.s"
