# Without translation a store goes wherever it says: userland/demos/stray-store.s.
#: only translation schemes are a kernel's own affair
#: machine --translation bare
#: stdout the secret is 666
        .include "../../../userland/demos/stray-store.s"
