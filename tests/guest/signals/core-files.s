# A process that dies by SIGSEGV leaves an image of itself, an ELF file named core, unless RLIMIT_CORE is smaller; what
# MADV_DONTDUMP was said about is not in it.
#: only qemu-riscv64 writes one of its own
#: under bare: fail there is no fork
#: under segments: fail there is no madvise
#: machine --ram 16M
#: stdout limit 0: SIGSEGV, no file
#: stdout no limit: SIGSEGV, core dumped, ELF
#: stdout it holds 1 MiB that was written: 1
#: stdout without it: SIGSEGV, core dumped, ELF
#: stdout it is smaller by 1 MiB: 1
#: stdout limit of one page: SIGSEGV, core dumped, ELF
#: stdout its size is within it: 1
#: stdout ended by SIGKILL: SIGKILL, no file
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        .equ MIB, 1 << 20
        .equ NO_LIMIT, -1
        string core, "core"
        string line, "%s: SIG%s%s%s\n"
        string dumped, ", core dumped"
        string elf, ", ELF"
        string other, ", something"
        string no_file, ", no file"
        string empty, ""
        value pair, SIZEOF_rlimit
        value magic, 8
        value state, SIZEOF_stat
        .macro crash label:req, limit:req, victim:req
        string crash\@, "\label"
        li a0, \limit
        la a1, \victim
        la a2, crash\@
        call crash_it
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        put "/proc/sys/kernel/core_pattern", "core"
        put "/proc/sys/kernel/core_uses_pid", "0"
        map 0, MIB, RW, MAP_PRIVATE
        mv s0, a0
        li a1, 7
        li a2, MIB
        call memset
        crash "limit 0", 0, fault
        crash "no limit", NO_LIMIT, fault
        mv s1, a0
        li t0, MIB
        sgtu a0, a0, t0
        show "it holds 1 MiB that was written"
        advise s0, MIB, MADV_DONTDUMP
        crash "without it", NO_LIMIT, fault
        sub a0, s1, a0
        li t0, MIB
        sltu a0, a0, t0
        xori a0, a0, 1
        show "it is smaller by 1 MiB"
        crash "limit of one page", PAGE, fault
        li t0, PAGE
        sgtu a0, a0, t0
        xori a0, a0, 1
        show "its size is within it"
        crash "ended by SIGKILL", NO_LIMIT, kill_self
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

fault:  sb zero, 0(zero)
kill_self:
        call getpid
        li a1, SIGKILL
        tail kill

# crash_it(limit: a0, victim: a1, label: a2) -> a0 = size of the core file; it is removed. s2 label, s3 wait status, s4 file
crash_it:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        mv s2, a2
        la a1, pair
        sd a0, 0(a1)
        li t0, NO_LIMIT
        sd t0, 8(a1)
        li a0, RLIMIT_CORE
        call setrlimit
        la a0, core
        call unlink
        ld a0, 0(sp)
        call run_child
        mv s3, a0
        la s4, no_file
        la t0, state
        sd zero, stat_st_size(t0)
        la a0, core
        li a1, O_RDONLY
        call open
        bltz a0, 1f
        mv s5, a0
        la a1, state
        call fstat
        mv a0, s5
        la a1, magic
        li a2, 4
        call read
        mv a0, s5
        call close
        la s4, other
        lwu t0, magic
        li t1, 0x464c457f
        bne t0, t1, 1f
        la s4, elf
1:      andi a0, s3, WTERMSIG_MASK
        call signal_name
        mv a2, a0
        la a3, empty
        andi t0, s3, WCOREFLAG
        beqz t0, 2f
        la a3, dumped
2:      mv a4, s4
        mv a1, s2
        la a0, line
        call printf
        li a0, 1
        call fflush
        la a0, core
        call unlink
        ld a0, state + stat_st_size
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
