# A page fault that memory can answer is minor, one that waits for a disk is major: getrusage counts them for the process,
# /proc/vmstat for the computer.
#: only Linux here has no disk to swap to
#: under bare segments: fail memory is there from the start
#: machine --swap 8M
#: stdout reading nothing but zeroes: 1 0
#: stdout then writing there: 1 0
#: stdout first writing: 1 0
#: stdout reading again: 0 0
#: stdout brought back from swap: 0 1
#: stdout all of the computer's, at least: 1 1
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        .macro faults label
        call count_faults
        string faults_label\@, "\label: %ld %ld\n"
        la a0, faults_label\@
        mv a1, s6
        mv a2, s7
        call printf
        call begin
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at s1, 1, s0
        string nothing, ""
        la a0, nothing                  # printf's own memory is touched before it counts
        call printf
        call all_faults
        mv s8, a0
        mv s9, a1
        call begin
        lbu t0, 0(s0)
        faults "reading nothing but zeroes"
        li t0, 5
        sb t0, 0(s0)
        faults "then writing there"
        sb t0, 0(s1)
        faults "first writing"
        lbu t0, 0(s0)
        faults "reading again"
        advise s0, PAGE, MADV_PAGEOUT
1:      mv a0, s0
        call frame_of
        bgtz a0, 1b
        li a0, 1
        call sleep
        call begin
        lbu t0, 0(s0)
        faults "brought back from swap"
        call all_faults
        sub s8, a0, s8
        sub s9, a1, s9
        li t0, 3
        sgtu s6, s8, t0
        snez s7, s9
        string machine, "all of the computer's, at least: %ld %ld\n"
        la a0, machine
        mv a1, s6
        mv a2, s7
        call printf
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# begin(): counts anew from here on. s4, s5: so far
begin:
        addi sp, sp, -16
        sd ra, 8(sp)
        minor
        mv s4, a0
        major
        mv s5, a0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# count_faults() -> s6 minor ones since then, s7 major ones
count_faults:
        addi sp, sp, -16
        sd ra, 8(sp)
        minor
        sub s6, a0, s4
        major
        sub s7, a0, s5
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# all_faults() -> a0 = page faults of all processes since boot, a1 = the major ones
all_faults:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/vmstat", "pgfault "
        sd a0, 0(sp)
        figure "/proc/vmstat", "pgmajfault "
        mv a1, a0
        ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
