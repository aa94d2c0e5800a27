# Running another program in this process, found along PATH: execvp, execvpe.
        .include "abi.s"
        .text

# execvp(file: a0, argv: a1) -> a0 = -errno; does not return when it succeeds
        .globl execvp
execvp:
        ld a2, environ
        # fall through

# execvpe(file: a0, argv: a1, envp: a2) -> a0 = -errno. A file with a slash in its name is taken as it is; another is
# tried in each directory of PATH. -EACCES, when something was found that may not be run, is reported in the end.
        .globl execvpe
execvpe:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # file
        sd s1, 40(sp)                   # argv
        sd s2, 32(sp)                   # envp
        sd s3, 24(sp)                   # rest of PATH
        sd s4, 16(sp)                   # what to report
        sd s5, 8(sp)                    # where the candidate's path is put together
        mv s0, a0
        mv s1, a1
        mv s2, a2
        li s4, -ENOENT
        lbu t0, 0(s0)
        beqz t0, .Lexec_end             # an empty name
        li a1, '/'
        call strchr
        beqz a0, 1f
        mv a0, s0
        mv a1, s1
        mv a2, s2
        call execve
        mv s4, a0
        j .Lexec_end
1:      la a0, .Lpath
        call getenv
        mv s3, a0
        bnez a0, 2f
        la s3, .Ldefault_path
2:      li t0, -PATH_MAX
        add sp, sp, t0
        mv s5, sp
.Lexec_next:
        mv a0, s3
        li a1, ':'
        call strchrnul
        sub a1, a0, s3                  # length of this directory
        call .Ltry
        li t0, -ENOENT
        beq a0, t0, 3f
        li t0, -ENOTDIR
        beq a0, t0, 3f
        mv s4, a0
        li t0, -EACCES
        bne a0, t0, 4f
3:      mv a0, s3
        li a1, ':'
        call strchrnul
        lbu t0, 0(a0)
        addi s3, a0, 1
        bnez t0, .Lexec_next
4:      li t0, PATH_MAX
        add sp, sp, t0
.Lexec_end:
        mv a0, s4
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 64
        ret

# try(length: a1 of the directory at s3) -> a0 = -errno of execve of "directory/file". An empty one is the working directory.
.Ltry:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a1, 16(sp)
        mv a0, s0
        call strlen
        ld t0, 16(sp)
        add t0, t0, a0
        addi t0, t0, 2
        li t1, PATH_MAX
        bgtu t0, t1, 2f
        mv a0, s5
        mv a1, s3
        ld a2, 16(sp)
        call memcpy
        ld t0, 16(sp)
        add a0, s5, t0
        beqz t0, 1f
        li t1, '/'
        sb t1, 0(a0)
        addi a0, a0, 1
1:      mv a1, s0
        call strcpy
        mv a0, s5
        mv a1, s1
        mv a2, s2
        call execve
        j 3f
2:      li a0, -ENOENT
3:      ld ra, 24(sp)
        addi sp, sp, 32
        ret

        .section .rodata
.Lpath:         .asciz "PATH"
.Ldefault_path: .asciz "/bin:/demos"
