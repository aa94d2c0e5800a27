# The demo of Belady's anomaly with four frames: one fault more than with three.
#
#: with ../../../userland/demos/belady.s
#: machine --replacement fifo --resident 4
#: only the limit is the machine's own
#: stdout 10 faults
#: exit 0
