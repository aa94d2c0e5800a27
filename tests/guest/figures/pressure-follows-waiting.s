# /proc/pressure tells what shortages have cost, in Linux's format; /proc/quire/refaults and /proc/PID/working_set what came back.
#: only it takes a machine with little memory
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 8M
#: stdout~ some avg10=0.00 avg60=0.00 avg300=0.00 total=*
#: stdout /proc/pressure/cpu, full: full avg10=0.00 avg60=0.00 avg300=0.00 total=0
#: stdout memory, before: some avg10=0.00 avg60=0.00 avg300=0.00 total=0
#: stdout written to: EINVAL
#: stdout refaults before: 0
#: stdout pages that changed: 0
#: stdout~ some avg10=0.00 avg60=0.00 avg300=0.00 total=*
#: stdout memory is still as before: 0
#: stdout evictions, more than there are frames: 1
#: stdout more came back than memory has: 1
#: stdout this process waited for them: 1
#: stdout its refaults are all that there were: 1
#: stdout early ones are among them: 1
#: stdout of another process, refaults: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../numbered.s"
        .equ PAGES, 512
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        get "/proc/pressure/cpu"
        mv a0, a2
        call puts
        call flush_all
        string cpu, "/proc/pressure/cpu"
        la a0, cpu
        call read_file
1:      lbu t0, 0(a0)                   # to the second line
        addi a0, a0, 1
        li t1, '\n'
        bne t0, t1, 1b
        mv a2, a0
        call strlen
        add a0, a0, a2
        sb zero, -1(a0)
        show_string "/proc/pressure/cpu, full"
        get "/proc/pressure/memory"
        show_string "memory, before"
        put "/proc/pressure/memory", "some 150000 1000000"
        show "written to"
        figure "/proc/quire/refaults", "refaults "
        show "refaults before"

        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        number s0, PAGES
        changed s0, PAGES
        show "pages that changed"
        get "/proc/pressure/memory"
        mv a0, a2
        call puts
        call flush_all
        get "/proc/pressure/memory"
        mv a0, a2
        la a1, none
        call strcmp
        seqz a0, a0
        show "memory is still as before"

        figure "/proc/quire/refaults", "evictions "
        li t0, 256
        sgtu a0, a0, t0
        show "evictions, more than there are frames"
        figure "/proc/quire/refaults", "refaults "
        mv s1, a0
        li t0, 256
        sgtu a0, a0, t0
        show "more came back than memory has"
        figure "/proc/self/working_set", "waited_us "
        sgtz a0, a0
        show "this process waited for them"
        figure "/proc/self/working_set", "refaults "
        sub a0, a0, s1
        seqz a0, a0
        show "its refaults are all that there were"
        figure "/proc/self/working_set", "refaults_early "
        sgtu a0, a0, s1
        xori a0, a0, 1
        show "early ones are among them"
        figure "/proc/1/working_set", "refaults "
        show "of another process, refaults"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
        string none, "some avg10=0.00 avg60=0.00 avg300=0.00 total=0"
