# wait4: its options, and the status of a child that runs, is stopped, is continued, is killed.
#: under bare: fail there is no fork
#: stdout no child at all: ECHILD
#: stdout WNOHANG, the child runs: 0
#: stdout unknown option: EINVAL
#: stdout not my child: ECHILD
#: stdout status of a stopped child: 0x137f
#: stdout a stop is reported once: 0
#: stdout status of a continued child: 0xffff
#: stdout status of a killed child: 0x9
#: stdout waited for already: ECHILD
#: stdout status after exit(300): 0x2c00
#: stdout status to a bad address: EFAULT
#: exit 0
        .include "../show.s"
        .bss
        .balign 8
status: .zero 8
        .text
        .globl main
main:
        li   a0, -1
        li   a1, 0
        li   a2, 0
        li   a3, 0
        call wait4
        show "no child at all"
        call fork
        bnez a0, 2f
1:      call sched_yield                # the child runs until it is killed
        j    1b
2:      mv   s0, a0
        li   a0, -1
        la   a1, status
        li   a2, WNOHANG
        li   a3, 0
        call wait4
        show "WNOHANG, the child runs"
        li   a0, -1
        li   a1, 0
        li   a2, 0x100
        li   a3, 0
        call wait4
        show "unknown option"
        call getpid
        li   a1, 0
        li   a2, 0
        li   a3, 0
        call wait4
        show "not my child"

        mv   a0, s0
        li   a1, SIGSTOP
        call kill
        mv   a0, s0
        la   a1, status
        li   a2, WUNTRACED
        call await
        show_hex "status of a stopped child"
        mv   a0, s0
        la   a1, status
        li   a2, WNOHANG | WUNTRACED
        li   a3, 0
        call wait4
        show "a stop is reported once"
        mv   a0, s0
        li   a1, SIGCONT
        call kill
        mv   a0, s0
        la   a1, status
        li   a2, WCONTINUED
        call await
        show_hex "status of a continued child"
        mv   a0, s0
        li   a1, SIGKILL
        call kill
        mv   a0, s0
        la   a1, status
        li   a2, 0
        call await
        show_hex "status of a killed child"
        mv   a0, s0
        li   a1, 0
        li   a2, 0
        li   a3, 0
        call wait4
        show "waited for already"

        call fork
        bnez a0, 3f
        li   a0, 300
        call exit
3:      mv   s0, a0
        la   a1, status
        li   a2, 0
        call await
        show_hex "status after exit(300)"
        call fork
        bnez a0, 4f
        li   a0, 5
        call exit
4:      li   a1, 8                      # not an address: the child is gone nevertheless
        li   a2, 0
        li   a3, 0
        call wait4
        show "status to a bad address"
        li   a0, 0
        call exit

# await(pid: a0, status: a1, options: a2) -> a0 = the status; the pid must come back
await:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   a0, 0(sp)
        li   a3, 0
        call wait4
        ld   t0, 0(sp)
        bne  a0, t0, 1f
        lw   a0, status
1:      ld   ra, 8(sp)
        addi sp, sp, 16
        ret
