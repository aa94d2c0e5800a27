# siginfo: who sent a signal, how a child ended, where an access failed.
#: under bare: fail there is no fork
#: under segments: fail a program can read and write near address 0
#: stdout signal: 10
#: stdout si_signo: 10
#: stdout si_errno: 0
#: stdout si_code: 0
#: stdout si_pid minus mine: 0
#: stdout signal: 10
#: stdout si_signo: 10
#: stdout si_errno: 0
#: stdout -si_code: 6
#: stdout si_pid minus mine: 0
#: stdout signal: 17
#: stdout si_signo: 17
#: stdout si_errno: 0
#: stdout si_code: 1
#: stdout si_pid minus the child's: 0
#: stdout si_status: 7
#: stdout signal: 17
#: stdout si_signo: 17
#: stdout si_errno: 0
#: stdout si_code: 2
#: stdout si_pid minus the child's: 0
#: stdout si_status: 9
#: stdout signal: 11
#: stdout si_signo: 11
#: stdout si_errno: 0
#: stdout si_code: 1
#: stdout si_addr: 0x48
#: stdout signal: 11
#: stdout si_signo: 11
#: stdout si_errno: 0
#: stdout si_code: 2
#: stdout si_addr is main
#: exit 0
        .include "../show.s"
        .data
        .balign 8
action: .dword handler, SA_SIGINFO, 0
        .bss
        .balign 8
me:     .zero 8
child:  .zero 8
        .text
        .globl main
main:
        li   s0, SIGUSR1
        call install
        li   s0, SIGCHLD
        call install
        li   s0, SIGSEGV
        call install
        call getpid
        la   t0, me
        sd   a0, 0(t0)
        li   a1, SIGUSR1
        call kill
        call getpid
        mv   s0, a0
        call gettid
        mv   a1, a0
        mv   a0, s0
        li   a2, SIGUSR1
        call tgkill

        li   s0, 7
        call end_child
        li   s0, -1
        call end_child

        li   s0, 0x48
        ld   zero, 0(s0)                # the handler skips it
        la   s0, main
        sd   zero, 0(s0)
        li   a0, 0
        call exit

install:
        mv   a0, s0
        la   a1, action
        li   a2, 0
        tail sigaction

# end_child(status: s0, or -1: by SIGKILL)
end_child:
        addi sp, sp, -16
        sd   ra, 8(sp)
        call fork
        bnez a0, 2f
        bltz s0, 1f
        mv   a0, s0
        call exit
1:      call getpid
        li   a1, SIGKILL
        call kill
2:      la   t0, child
        sd   a0, 0(t0)
3:      li   a0, 0
        call wait
        li   t0, -EINTR
        beq  a0, t0, 3b
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        addi sp, sp, -32
        sd   ra, 24(sp)
        sd   s0, 16(sp)
        sd   s1, 8(sp)
        mv   s0, a1
        mv   s1, a2
        show "signal"
        lw   a0, siginfo_si_signo(s0)
        show "si_signo"
        lw   a0, siginfo_si_errno(s0)
        show "si_errno"
        lw   a0, siginfo_si_code(s0)
        neg  a0, a0
        bgtz a0, 1f
        neg  a0, a0
        show "si_code"
        j    2f
1:      show "-si_code"
2:      lw   t0, siginfo_si_signo(s0)
        li   t1, SIGSEGV
        beq  t0, t1, 4f
        lw   t1, siginfo_si_pid(s0)
        ld   a0, me
        li   t2, SIGCHLD
        bne  t0, t2, 3f
        ld   a0, child
        sub  a0, t1, a0
        show "si_pid minus the child's"
        lw   a0, siginfo_si_status(s0)
        show "si_status"
        j    5f
3:      sub  a0, t1, a0
        show "si_pid minus mine"
        j    5f
4:      ld   a0, siginfo_si_addr(s0)
        la   t0, main
        sub  t1, a0, t0
        bnez t1, 6f
        say "si_addr is main"
        j    7f
6:      show_hex "si_addr"
7:      ld   t0, ucontext_uc_pc(s1)
        addi t0, t0, 4                  # behind the instruction that cannot be executed
        sd   t0, ucontext_uc_pc(s1)
5:      ld   ra, 24(sp)
        ld   s0, 16(sp)
        ld   s1, 8(sp)
        addi sp, sp, 32
        ret
