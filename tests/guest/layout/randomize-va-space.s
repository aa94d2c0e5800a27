# /proc/sys/kernel/randomize_va_space: 0, programs lie at the same addresses in every run; 1, all but the heap is moved;
# 2, the heap, too. What can be moved is not in the same place twice.
#: only qemu-riscv64 draws addresses as its host does
#: under bare: fail there is no fork
#: under segments: fail a segment has its number, not by chance
#: stdout setting 0: heap same, mapping same, stack same
#: stdout setting 1: heap same, mapping moves, stack moves
#: stdout setting 2: heap moves, mapping moves, stack moves
#: stdout setting 3: 1
#: stdout setting -1: 2
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ HEAP, 0
        .equ MAPPING, 8
        .equ STACK, 16
        string me, "/proc/self/exe"
        string line, "setting %s: heap %s, mapping %s, stack %s\n"
        string same, "same"
        string moves, "moves"
        .macro setting value
        put "/proc/sys/kernel/randomize_va_space", "\value"
        string setting\@, "\value"
        la s0, setting\@
        call compare
        .endm
        value first, 24
        value second, 24
        value ends
        value argument, 24
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li t0, 1
        bgtu a0, t0, tell
        setting 0
        setting 1
        setting 2
        put "/proc/sys/kernel/randomize_va_space", "3"
        show "setting 3"
        put "/proc/sys/kernel/randomize_va_space", "-1"
        show "setting -1"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# compare(): starts this program twice and says which of its addresses differ. s0 the setting
compare:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, first
        call addresses
        la a0, second
        call addresses
        li a0, HEAP
        call verdict
        mv s2, a0
        li a0, MAPPING
        call verdict
        mv s3, a0
        li a0, STACK
        call verdict
        mv a4, a0
        mv a3, s3
        mv a2, s2
        mv a1, s0
        la a0, line
        call printf
        li a0, 1
        call fflush
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# verdict(which: a0) -> a0 = "same" or "moves"
verdict:
        la t0, first
        add t0, t0, a0
        ld t0, 0(t0)
        la t1, second
        add t1, t1, a0
        ld t1, 0(t1)
        la a0, same
        beq t0, t1, 1f
        la a0, moves
1:      ret

# addresses(into: a0): those of a new run
addresses:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv s1, a0
        la a0, ends
        call pipe
        child again
        lw a0, ends + 4
        call close
        lw a0, ends
        mv a1, s1
        li a2, 24
        call read_full
        lw a0, ends
        call close
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# In the child: this program once more, with an argument, its output into the pipe.
again:  lw a0, ends + 4
        li a1, 1
        call dup2
        la t0, me
        la a1, argument
        sd t0, 0(a1)
        sd t0, 8(a1)
        mv a0, t0
        la t0, environ
        ld a2, 0(t0)
        call execve
        li a0, 1
        call _exit

# The other run: writes its addresses.
tell:   mv s0, sp
        li a0, 0
        call brk
        la s1, first
        sd a0, HEAP(s1)
        map 0, PAGE, RW, MAP_PRIVATE
        sd a0, MAPPING(s1)
        sd s0, STACK(s1)
        li a0, 1
        mv a1, s1
        li a2, 24
        call write
        li a0, 0
        call _exit
