# process_vm_readv and process_vm_writev move bytes between two processes' memories, through faults of the other side: pages
# that it never touched, or has only shared with its parent since fork, are made its own.
#: only qemu-riscv64 passes on no process_vm_readv; Linux 6.1 itself does what is expected here
#: under bare: fail there is no fork
#: stdout read: 10
#: stdout from the child: child text
#: stdout mine is still: parent txt
#: stdout written: 6
#: stdout mine is still: parent txt
#: stdout read back: 10
#: stdout from the child: PARENTtext
#: stdout an untouched page: 8
#: stdout as it begins: 0
#: stdout up to a hole: 4096
#: stdout a hole: EFAULT
#: stdout no such process: ESRCH
#: stdout flags: EINVAL
        .include "../show.s"
        .include "../map.s"
        .equ BYTES, 10
        .data
text:   .asciz "parent txt"
        .bss
        .balign 8
buffer: .zero 2 * PAGE
local:  .zero SIZEOF_iovec
remote: .zero SIZEOF_iovec
ends:   .zero 8
        .section .rodata
upper:  .asciz "PARENT"
other:  .asciz "child text"
        .text

# Both vectors: LENGTH bytes at buffer or HERE, as many at THERE (registers)
        .macro vectors here:req, there:req, length:req
        la t0, local
        sd \here, iovec_iov_base(t0)
        li t1, \length
        sd t1, iovec_iov_len(t0)
        la t0, remote
        sd \there, iovec_iov_base(t0)
        sd t1, iovec_iov_len(t0)
        .endm
# CALL with process s0 and the vectors
        .macro transfer name:req, flags=0
        mv a0, s0
        la a1, local
        li a2, 1
        la a3, remote
        li a4, 1
        li a5, \flags
        call \name
        .endm

        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s2, a0
        la a0, ends
        call pipe
        la s1, buffer
        la s3, text
        call fork
        beqz a0, child
        mv s0, a0
        la t0, ends
        lw a0, 0(t0)
        la a1, buffer
        li a2, 1
        call read                       # the child has changed its text

        vectors s1, s3, BYTES
        transfer process_vm_readv
        show "read"
        show_text "from the child", buffer
        show_text "mine is still", text
        la t2, upper
        vectors t2, s3, 6
        transfer process_vm_writev
        show "written"
        show_text "mine is still", text
        vectors s1, s3, BYTES
        transfer process_vm_readv
        show "read back"
        show_text "from the child", buffer
        vectors s1, s2, 8
        transfer process_vm_readv
        show "an untouched page"
        ld a0, 0(s1)
        show "as it begins"
        vectors s1, s2, 2 * PAGE
        transfer process_vm_readv
        show "up to a hole"
        li t3, PAGE
        add t3, t3, s2
        vectors s1, t3, 8
        transfer process_vm_readv
        show "a hole"

        mv a0, s0
        li a1, SIGKILL
        call kill
        li a0, 0
        call wait
        transfer process_vm_readv
        show "no such process"
        transfer process_vm_readv, 1
        show "flags"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

child:  la a0, text
        la a1, other
        call strcpy
        li a0, PAGE
        add a0, a0, s2
        li a1, PAGE
        call munmap
        la t0, ends
        lw a0, 4(t0)
        la a1, text
        li a2, 1
        call write
1:      li a0, 1000
        call sleep
        j 1b
