# Address-space layout randomisation: every run has other addresses, so that who finds a hole in a program does not know
# where to jump.
#
# Five regions are displaced, each by a draw of its own of 18 bits, in pages: up to 1 GiB. The text moves only in a
# position-independent program, which the linker makes with --pie: nothing in such a program says where it lies; code
# counts from its own address, and words that hold an address are listed, and put right by the program's first
# instructions (userland/lib/relocate.s).
#
# Three runs:       quire run --pie --seed 1 aslr.s    then --seed 2, --seed 3 (the same seed repeats a run exactly)
# Without --pie:    the text stays where the linker put it, the rest moves
# Without chance:   quire run --pie --no-aslr aslr.s   is the same under every seed
#
#: pie
#: only chance is the machine's own
#: machine --seed 1
#: stdout~ text       0x*
#: stdout...
#: exit 0
        .include "abi.s"

        .bss
        .balign 8
return_address: .zero 8                 # of the handler: the trampoline page, whose code ends a signal handler

        .text
        .globl main
main:
        addi sp, sp, -16
        sd   ra, 8(sp)
        li   a0, SIGUSR1
        lla  a1, handler
        call signal
        li   a0, SIGUSR1
        call raise

        lla  a0, text
        lla  a1, main
        call printf
        li   a0, 0                      # asks for the end of the heap, which is its start still
        li   a7, SYS_brk
        ecall
        mv   a1, a0
        lla  a0, heap
        call printf
        li   a0, 0
        li   a1, 4096
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        mv   a1, a0
        lla  a0, mapping
        call printf
        lla  a0, trampoline
        ld   a1, return_address
        call printf
        lla  a0, stack
        mv   a1, sp
        call printf
        li   a0, 0
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        sd   ra, return_address, t0
        ret

        .section .rodata
text:           .asciz "text       %#lx\n"
heap:           .asciz "heap       %#lx\n"
mapping:        .asciz "mapping    %#lx\n"
trampoline:     .asciz "trampoline %#lx\n"
stack:          .asciz "stack      %#lx\n"
