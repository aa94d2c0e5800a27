# Two processes, one address, in memory that is not made of pages: userland/demos/one-address.s.
#: only translation schemes are a kernel's own affair
#: machine --translation segments
#: stdout before fork: address 0x40000000 holds 1
#: stdout child:       address 0x40000000 holds 2
#: stdout parent:      address 0x40000000 holds 1
#: stdout same address: yes
#: exit 0
        .include "../../../userland/demos/one-address.s"
