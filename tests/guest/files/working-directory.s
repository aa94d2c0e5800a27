# chdir and fchdir move the process, not its parent; getcwd says where it is.
#: under bare: fail there is no fork
#: stdout chdir: 0
#: stdout getcwd without where it began: /cwd.one/two
#: stdout getcwd without room for the NUL: ERANGE
#: stdout chdir to ..: 0
#: stdout getcwd without where it began: /cwd.one
#: stdout the child goes elsewhere: 0
#: stdout getcwd without where it began: /cwd.one
#: stdout chdir to /..: 0
#: stdout getcwd: /
#: stdout fchdir back: 0
#: stdout getcwd without where it began: 
#: stdout chdir to a file: ENOTDIR
#: stdout chdir to nothing: ENOENT
#: stdout fchdir to a file: ENOTDIR
#: stdout in a removed directory: ENOENT
        .include "../show.s"
        .include "../files.s"
        string one, "cwd.one"
        string two, "cwd.one/two"
        string file, "cwd.file"
        string up, ".."
        string root, "/.."
        string here, "."
        value beginning, 256
        value room, 512
        .macro go path:req, label:req
        la a0, \path
        call chdir
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, beginning
        li a1, 256
        call getcwd
        addi s2, a0, -1                 # its length
        li t0, 1
        bne s2, t0, 1f
        li s2, 0                        # of / nothing need be left out
1:      la a0, here
        li a1, O_RDONLY | O_DIRECTORY
        li a2, 0
        call open
        mv s0, a0
        la a0, one
        li a1, 0755
        call mkdir
        la a0, two
        li a1, 0755
        call mkdir
        go two, "chdir"
        call where
        la a0, room
        addi a1, s2, 12
        call getcwd
        show "getcwd without room for the NUL"
        go up, "chdir to .."
        call where
        call fork
        bnez a0, 2f
        go up, "the child goes elsewhere"
        li a0, 0
        call _exit
2:      li a0, 0
        call wait
        call where
        go root, "chdir to /.."
        la a0, room
        li a1, 512
        call getcwd
        show_text "getcwd", room
        mv a0, s0
        call fchdir
        show "fchdir back"
        call where_of_root
        create s1, file
        go file, "chdir to a file"
        la a0, file
        call unlink
        go file, "chdir to nothing"
        mv a0, s1
        call fchdir
        show "fchdir to a file"
        la a0, two
        call chdir
        li a0, AT_FDCWD
        la a1, up_two
        li a2, AT_REMOVEDIR
        call unlinkat
        la a0, room
        li a1, 512
        call getcwd
        show "in a removed directory"
        mv a0, s0
        call fchdir
        la a0, one
        call rmdir
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

where:  addi sp, sp, -16
        sd ra, 8(sp)
        la a0, room
        li a1, 512
        call getcwd
        la a2, room
        add a2, a2, s2
        show_string "getcwd without where it began"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

where_of_root:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, room
        li a1, 512
        call getcwd
        la a2, room
        bnez s2, 1f
        addi a2, a2, 1
1:      add a2, a2, s2
        show_string "getcwd without where it began"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        string up_two, "../two"
