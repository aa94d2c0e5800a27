# When memory and swap are full somebody must go: first the process that offered itself (oom_score_adj 1000), however small,
# then the largest; who is exempt (-1000) stays, and so does init. The memory of the dead comes back.
#: only it takes a machine with little memory
#: under bare: fail there is no fork
#: under segments: fail memory is given out by mmap, which is refused: nobody is killed
#: machine --ram 2M --swap 2M
#: stdout first: the one that offered itself, SIGKILL
#: stdout then: the one that took it all, SIGKILL
#: stdout kills: 2
#: stdout init: 1
#: stdout free memory comes back: 1
#: stdout free swap comes back: 1
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ CHUNK, 64 << 10
        value status
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        put "/proc/sys/vm/overcommit_memory", "1"
        call fork
        beqz a0, volunteer
        mv s0, a0
        call fork
        beqz a0, hog
        mv s1, a0
        put "/proc/self/oom_score_adj", "-1000"
        call await
        show_string "first"
        call await
        show_string "then"
        figure "/proc/vmstat", "oom_kill "
        show "kills"
        figure "/proc/1/status", "Pid:"
        show "init"
        figure "/proc/meminfo", "MemFree:"
        li t0, 1024
        sgtu a0, a0, t0
        show "free memory comes back"
        figure "/proc/meminfo", "SwapFree:"
        li t0, 1536
        sgtu a0, a0, t0
        show "free swap comes back"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# await() -> a2 = who ended, and that it was by SIGKILL
await:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, status
        call wait
        lw t0, status
        li t1, 127
        and t0, t0, t1
        li t1, SIGKILL
        la a2, other_end
        bne t0, t1, 1f
        la a2, hog_killed
        beq a0, s1, 1f
        la a2, volunteer_killed
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

volunteer:
        put "/proc/self/oom_score_adj", "1000"
1:      li a0, 1000
        call sleep
        j 1b

hog:    li a0, 1                        # the others first
        call sleep
1:      map 0, CHUNK, RW, MAP_PRIVATE
        li t0, CHUNK / PAGE
        li t1, PAGE
2:      sd a0, 0(a0)
        add a0, a0, t1
        addi t0, t0, -1
        bnez t0, 2b
        j 1b

        string volunteer_killed, "the one that offered itself, SIGKILL"
        string hog_killed, "the one that took it all, SIGKILL"
        string other_end, "another end"
