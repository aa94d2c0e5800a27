# Mapping a file: its bytes as memory.
#
# mmap of a file makes it part of the address space: a load reads from the file, a store writes to it, without any call.
# The kernel keeps each page of a file in memory once, in the page cache; read, write and every mapping of the file use
# that same page, so that all see each other's changes at once. With MAP_PRIVATE a store goes to a copy of the page that
# is this process's own: the file keeps what it has.
#
#: under bare segments: fail files cannot be mapped to be shared
#: stdout in the file:               the quick brown fox
#: stdout loaded through mapping:    the quick brown fox
#: stdout stored through mapping;
#: stdout   read from the file:      THE quick brown fox
#: stdout written to the file;
#: stdout   loaded through mapping:  THE quick brown cat
#: stdout stored through a private mapping;
#: stdout   loaded through it:       --- quick brown cat
#: stdout   read from the file:      THE quick brown cat
#: exit 0
        .include "abi.s"
        .equ PAGE, 4096

        .section .rodata
path:           .asciz "/tmp/map-file"
content:        .ascii "the quick brown fox\n"
        .equ LENGTH, . - content
animal:         .ascii "cat"
        .equ ANIMAL_AT, LENGTH - 4

        .bss
        .balign 8
text:           .zero 64

        .text
        .globl main
main:
        li   a0, AT_FDCWD
        la   a1, path
        li   a2, O_RDWR | O_CREAT | O_TRUNC
        li   a3, 0600
        call openat
        bltz a0, failed
        mv   s0, a0                     # the file
        la   a0, path
        call unlink                     # without a name it still exists, until the last who uses it lets go
        mv   a0, s0
        la   a1, content
        li   a2, LENGTH
        call write
        la   s3, in_file
        call show_file

        li   a3, MAP_SHARED
        call map
        mv   s1, a0                     # the file's bytes, here
        la   s3, loaded
        call show_memory

        li   t0, 'T'                    # three stores change the file
        sb   t0, 0(s1)
        li   t0, 'H'
        sb   t0, 1(s1)
        li   t0, 'E'
        sb   t0, 2(s1)
        la   s3, stored
        call show_file

        mv   a0, s0                     # one write changes what the mapping shows
        la   a1, animal
        li   a2, 3
        li   a3, ANIMAL_AT
        call pwrite64
        la   s3, written
        call show_memory

        li   a3, MAP_PRIVATE
        call map
        mv   s1, a0
        li   t0, '-'
        sb   t0, 0(s1)                  # the first store copies the page
        sb   t0, 1(s1)
        sb   t0, 2(s1)
        la   s3, private
        call show_memory
        la   s3, from_file
        call show_file
        li   a0, 0
        call exit

failed: mv   a1, a0
        la   a0, path
        li   a2, 1
        call die

# map(kind: a3) -> a0 = where the file lies in memory now
map:
        addi sp, sp, -16
        sd   ra, 8(sp)
        li   a0, 0
        li   a1, LENGTH                 # it takes whole pages; behind the end of the file they hold zeros
        li   a2, PROT_READ | PROT_WRITE
        mv   a4, s0
        li   a5, 0                      # from its beginning
        call mmap
        bltz a0, failed
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# show_file(format: s3): prints what read finds in the file
show_file:
        addi sp, sp, -16
        sd   ra, 8(sp)
        mv   a0, s0
        la   a1, text
        li   a2, LENGTH
        li   a3, 0
        call pread64
        bltz a0, failed
        mv   a0, s3
        la   a1, text
        call printf
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# show_memory(format: s3): prints what lies at s1
show_memory:
        mv   a0, s3
        mv   a1, s1
        tail printf

        .section .rodata
in_file:        .asciz "in the file:               %s"
loaded:         .asciz "loaded through mapping:    %s"
stored:         .asciz "stored through mapping;\n  read from the file:      %s"
written:        .asciz "written to the file;\n  loaded through mapping:  %s"
private:        .asciz "stored through a private mapping;\n  loaded through it:       %s"
from_file:      .asciz "  read from the file:      %s"
