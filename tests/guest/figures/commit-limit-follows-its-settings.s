# CommitLimit is swap and a part of memory: vm.overcommit_ratio hundredths of it, or vm.overcommit_kbytes. Settings refuse
# what is out of their range and then keep what they were.
#: only the limits of this computer
#: machine --ram 8M --swap 4M
#: stdout MemTotal, KiB: 8192
#: stdout half of memory, and swap: 8188
#: stdout ratio 100: 12284
#: stdout ratio 0: 4092
#: stdout 1000 KiB: 5092
#: stdout the ratio is then: 0
#: stdout overcommit_memory 3: EINVAL
#: stdout no number: EINVAL
#: stdout it still is: 0
#: stdout swappiness 201: EINVAL
#: stdout swappiness 200: 3
#: stdout it is: 200
#: stdout a user: EACCES
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .macro limit label
        figure "/proc/meminfo", "CommitLimit:"
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/meminfo", "MemTotal:"
        show "MemTotal, KiB"
        limit "half of memory, and swap"
        put "/proc/sys/vm/overcommit_ratio", "100"
        limit "ratio 100"
        put "/proc/sys/vm/overcommit_ratio", "0"
        limit "ratio 0"
        put "/proc/sys/vm/overcommit_kbytes", "1000"
        limit "1000 KiB"
        get "/proc/sys/vm/overcommit_ratio"
        show_string "the ratio is then"
        put "/proc/sys/vm/overcommit_memory", "3"
        show "overcommit_memory 3"
        put "/proc/sys/vm/overcommit_memory", "all"
        show "no number"
        get "/proc/sys/vm/overcommit_memory"
        show_string "it still is"
        put "/proc/sys/vm/swappiness", "201"
        show "swappiness 201"
        put "/proc/sys/vm/swappiness", "200"
        show "swappiness 200"
        get "/proc/sys/vm/swappiness"
        show_string "it is"
        li a0, 1000
        call setuid
        put "/proc/sys/vm/swappiness", "10"
        show "a user"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
