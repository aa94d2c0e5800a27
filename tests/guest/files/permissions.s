# Who is not root is asked for permission bits: the owner's, the group's or the others', whichever is his alone.
#: only it needs root, which a comparison with Linux may not have; Linux 6.1 does as this says
#: under bare: fail there is no fork
#: stdout as root, mode 0: 3
#: stdout as another, mode 0600: EACCES
#: stdout as another, mode 0644 for reading: 3
#: stdout as another, mode 0644 for writing: EACCES
#: stdout in a directory without x: EACCES
#: stdout create in a directory of root: EACCES
#: stdout chmod of a file of root: EPERM
#: stdout as owner, mode 0: EACCES
#: stdout chown to root: EPERM
        .include "../show.s"
        .include "../files.s"
        string directory, "perm.dir"
        string inside, "perm.dir/file"
        string file, "perm.file"
        string mine, "perm.mine"
        .macro try path:req, flags:req, label:req
        la a0, \path
        li a1, \flags
        call try_open
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0
        call umask
        la a0, directory
        li a1, 0755
        call mkdir
        create s0, inside
        mv a0, s0
        call close
        create s0, mine
        mv a0, s0
        li a1, 1000
        li a2, 1000
        call fchown
        mv a0, s0
        li a1, 0
        call fchmod
        mv a0, s0
        call close
        create s0, file
        mv a0, s0
        call close
        la a0, file
        li a1, 0
        call chmod
        try file, O_RDWR, "as root, mode 0"
        la a0, file
        li a1, 0600
        call chmod
        li s1, 0
        call as_another
        la a0, file
        li a1, 0644
        call chmod
        li s1, 1
        call as_another
        la a0, directory
        li a1, 0644
        call chmod
        li s1, 2
        call as_another
        la a0, inside
        call unlink
        la a0, directory
        call rmdir
        la a0, file
        call unlink
        la a0, mine
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# as_another(): a child, user 1000 of group 1000, does test s1
as_another:
        addi sp, sp, -16
        sd ra, 8(sp)
        call fork
        beqz a0, 1f
        li a0, 0
        call wait
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
1:      li a0, 1000
        call setgid
        li a0, 1000
        call setuid
        li t0, 1
        beq s1, t0, 2f
        bgt s1, t0, 3f
        try file, O_RDONLY, "as another, mode 0600"
        j 4f
2:      try file, O_RDONLY, "as another, mode 0644 for reading"
        try file, O_WRONLY, "as another, mode 0644 for writing"
        j 4f
3:      try inside, O_RDONLY, "in a directory without x"
        try fresh, O_CREAT | O_WRONLY, "create in a directory of root"
        la a0, file
        li a1, 0777
        call chmod
        show "chmod of a file of root"
        try mine, O_RDONLY, "as owner, mode 0"
        li a0, AT_FDCWD
        la a1, mine
        li a2, 0
        li a3, 0
        li a4, 0
        call fchownat
        show "chown to root"
4:      li a0, 0
        call _exit

# try_open(path: a0, flags: a1) -> a0 = the descriptor, closed again, or -errno
try_open:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a2, 0600
        call open
        sd a0, 0(sp)
        bltz a0, 1f
        call close
1:      ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        string fresh, "/proc/../perm.fresh"
