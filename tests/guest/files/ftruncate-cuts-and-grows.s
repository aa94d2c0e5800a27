# ftruncate cuts a file off or lets it grow by zeroes; what was cut off does not come back.
#: stdout cut to 2: 0
#: stdout contents: he
#: stdout grown to 5: 0
#: stdout size: 5
#: stdout bytes that came back: 0
#: stdout offset stays: 5
#: stdout a negative size: EINVAL
#: stdout open for reading only: EINVAL
#: stdout a pipe: EINVAL
#: stdout truncate by name: 0
#: stdout size: 3
#: stdout a directory by name: EISDIR
        .include "../show.s"
        .include "../files.s"
        string name, "truncate.tmp"
        string hello, "hello"
        string here, "."
        value ends
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        text_to s0, hello, 5
        li a1, 2
        call resize
        show "cut to 2"
        contents_of s0, "contents"
        li a1, 5
        call resize
        show "grown to 5"
        size_of s0
        show "size"
        mv a0, s0
        call file_text
        la t0, file_room
        lbu a0, 2(t0)
        lbu t1, 3(t0)
        add a0, a0, t1
        lbu t1, 4(t0)
        add a0, a0, t1
        show "bytes that came back"
        offset_of s0
        show "offset stays"
        li a1, -1
        call resize
        show "a negative size"
        la a0, name
        li a1, O_RDONLY
        li a2, 0
        call open
        li a1, 1
        call ftruncate
        show "open for reading only"
        la a0, ends
        call pipe
        lw a0, ends + 4
        li a1, 1
        call ftruncate
        show "a pipe"
        la a0, name
        li a1, 3
        call truncate
        show "truncate by name"
        size_of s0
        show "size"
        la a0, here
        li a1, 3
        call truncate
        show "a directory by name"
        la a0, name
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

resize: mv a0, s0
        tail ftruncate
