# sendfile copies inside the kernel, from the source's offset, or from one that is kept in memory, which it moves along.
#: stdout from an offset in memory: 5
#: stdout that offset is now: 11
#: stdout the file's own: 0
#: stdout from the file's own offset: 6
#: stdout it is now: 6
#: stdout at the end: 0
#: stdout copy: worldhello 
        .include "../show.s"
        .include "../files.s"
        string source, "sendfile.from"
        string target, "sendfile.to"
        string hello, "hello world"
        .macro send from_offset, bytes
        mv a0, s1
        mv a1, s0
        la a2, \from_offset
        li a3, \bytes
        call sendfile
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, source
        create s1, target
        la a0, source
        call unlink
        la a0, target
        call unlink
        text_to s0, hello, 11
        mv a0, s0
        li a1, 0
        li a2, SEEK_SET
        call lseek
        send place, 100
        show "from an offset in memory"
        ld a0, place
        show "that offset is now"
        offset_of s0
        show "the file's own"
        mv a0, s1
        mv a1, s0
        li a2, 0
        li a3, 6
        call sendfile
        show "from the file's own offset"
        offset_of s0
        show "it is now"
        send place, 100
        show "at the end"
        contents_of s1, "copy"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 8
place:  .dword 6
        .text
