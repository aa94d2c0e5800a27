# Without translation a store goes wherever it says: userland/demos/stray-store.s.
#: machine --translation bare
#: stdout the secret is 666
        .include "../../../userland/demos/stray-store.s"
