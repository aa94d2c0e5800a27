# sync: brings what has been written to the disks, and waits until it is there.
#
# usage: sync                    all of it
#        sync [-d | -f] FILE...  of these files: with -d their contents alone, with -f all of the file systems they are in
# exit status: 0; 1 when something could not be written
        .include "abi.s"
        .include "frame.s"
        .include "option-table.s"
        .equ FILES, 0
        .equ DATA, 1
        .equ FILE_SYSTEMS, 2

        option_table table, usage_text, 1
        flag 'd', "data", what, DATA
        flag 'f', "file-system", what, FILE_SYSTEMS
        option_end

        .data
        .balign 8
what:           .dword FILES

        .text
# s0 next name, s1 exit status, s2 descriptor
        .globl main
main:
        enter 4
        la   a2, table
        call parse_options
        mv   s0, a0
        li   s1, 0
        ld   t0, what
        li   t1, DATA | FILE_SYSTEMS
        beq  t0, t1, 7f
        bnez a1, 1f
        li   t1, DATA                   # the data of which file?
        beq  t0, t1, 7f
        call sync
        j    6f
1:      ld   a0, 0(s0)
        beqz a0, 6f
        li   a1, O_RDONLY | O_NONBLOCK
        li   a2, 0
        call open
        bgez a0, 2f
        ld   a0, 0(s0)                  # what cannot be read may be open for writing
        li   a1, O_WRONLY | O_NONBLOCK
        li   a2, 0
        call open
        mv   s3, a0
        bltz a0, 4f
2:      mv   s2, a0
        ld   t0, what
        li   t1, DATA
        beq  t0, t1, 3f
        bgtu t0, t1, 8f
        call fsync
        j    5f
3:      call fdatasync
        j    5f
8:      call syncfs
5:      mv   s3, a0
        mv   a0, s2
        call close
        beqz s3, 9f
4:      mv   a1, s3
        ld   a0, 0(s0)
        call warn
        li   s1, 1
9:      addi s0, s0, 8
        j    1b
6:      mv   a0, s1
        leave 4
7:      la   a0, usage_text
        li   a1, 1
        call usage

        .section .rodata
usage_text:     .asciz "sync [-d | -f] [FILE...]"
