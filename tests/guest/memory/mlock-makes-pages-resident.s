# mlock: the pages that hold any byte of the range are in RAM when it returns; locks do not nest; on fault means when
# touched; a child has the pages, not the locks.
#: only qemu-riscv64 has no mlock2; Linux 6.1 does as this says
#: under bare: fail there is no fork
#: under segments: fail there is no mlock
#: stdout two bytes, two pages: 0
#: stdout now in RAM: 0110
#: stdout locked, kB: 8
#: stdout once more: 0
#: stdout locked, kB: 8
#: stdout unlocked once: 0
#: stdout locked, kB: 0
#: stdout still in RAM: 0110
#: stdout on fault: 0
#: stdout not yet: 0110
#: stdout when touched: 0111
#: stdout locked, kB: 16
#: stdout into a hole: ENOMEM
#: stdout unknown flag: EINVAL
#: stdout in the child, locked, kB: 0
#: stdout its pages: 0111
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        string status, "/proc/self/status"
        string field, "VmLck:"
        value text, 4096
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 5 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at a0, 4, s0
        li a1, PAGE
        call munmap
        at s1, 2, s0                    # the border between the second and the third page
        addi s1, s1, -1
        mv a0, s1
        li a1, 2
        call mlock
        show "two bytes, two pages"
        show_resident "now in RAM", s0, 4
        call locked
        show "locked, kB"
        mv a0, s1
        li a1, 2
        call mlock
        show "once more"
        call locked
        show "locked, kB"
        mv a0, s1
        li a1, 2
        call munlock
        show "unlocked once"
        call locked
        show "locked, kB"
        show_resident "still in RAM", s0, 4
        mv a0, s0
        li a1, 4 * PAGE
        li a2, MLOCK_ONFAULT
        call mlock2
        show "on fault"
        show_resident "not yet", s0, 4
        at t0, 3, s0
        sb zero, 0(t0)
        show_resident "when touched", s0, 4
        call locked
        show "locked, kB"
        mv a0, s0
        li a1, 5 * PAGE
        call mlock
        show "into a hole"
        mv a0, s0
        li a1, PAGE
        li a2, 2
        call mlock2
        show "unknown flag"
        mv a0, s0                       # as before: the part below the hole was locked at once
        li a1, 4 * PAGE
        li a2, MLOCK_ONFAULT
        call mlock2
        advise s0, PAGE, MADV_DONTNEED_LOCKED
        call fork
        bnez a0, 1f
        call locked
        show "in the child, locked, kB"
        show_resident "its pages", s0, 4
        li a0, 0
        call _exit
1:      li a0, 0
        call wait
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# locked() -> a0 = what /proc/self/status says of locked memory, in kB
locked:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s2, 0(sp)
        la a0, status
        li a1, O_RDONLY
        call open
        mv s2, a0
        la a1, text
        li a2, 4095
        call read
        la t0, text
        add t0, t0, a0
        sb zero, 0(t0)
        mv a0, s2
        call close
        la a0, text
        la a1, field
        call strstr
        addi a0, a0, 6
1:      lbu t0, 0(a0)                   # blanks, then digits
        addi a0, a0, 1
        li t1, '0'
        bltu t0, t1, 1b
        li t2, 0
2:      addi t0, t0, -'0'
        li t1, 10
        bgeu t0, t1, 3f
        mul t2, t2, t1
        add t2, t2, t0
        lbu t0, 0(a0)
        addi a0, a0, 1
        j 2b
3:      mv a0, t2
        ld s2, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
