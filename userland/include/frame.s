# Stack frames in one word each.
#
#   enter N, BYTES    opens a function: saves ra and s0 to s(N-1), and leaves BYTES of local room at 0(sp)
#   leave N, BYTES    the same numbers again: restores them, drops the frame and returns to the caller
#
# The frame, from high addresses to low: ra, s0, s1, ..., local room; rounded up to 16 bytes, as the calling convention asks.

.macro enter saved=0, locals=0
    .set  frame, (8 + 8 * \saved + \locals + 15) & -16
    addi  sp, sp, -frame
    sd    ra, frame - 8(sp)
    .if \saved > 0
    sd    s0, frame - 16(sp)
    .endif
    .if \saved > 1
    sd    s1, frame - 24(sp)
    .endif
    .if \saved > 2
    sd    s2, frame - 32(sp)
    .endif
    .if \saved > 3
    sd    s3, frame - 40(sp)
    .endif
    .if \saved > 4
    sd    s4, frame - 48(sp)
    .endif
    .if \saved > 5
    sd    s5, frame - 56(sp)
    .endif
    .if \saved > 6
    sd    s6, frame - 64(sp)
    .endif
    .if \saved > 7
    sd    s7, frame - 72(sp)
    .endif
    .if \saved > 8
    sd    s8, frame - 80(sp)
    .endif
.endm

.macro leave saved=0, locals=0
    .set  frame, (8 + 8 * \saved + \locals + 15) & -16
    ld    ra, frame - 8(sp)
    .if \saved > 0
    ld    s0, frame - 16(sp)
    .endif
    .if \saved > 1
    ld    s1, frame - 24(sp)
    .endif
    .if \saved > 2
    ld    s2, frame - 32(sp)
    .endif
    .if \saved > 3
    ld    s3, frame - 40(sp)
    .endif
    .if \saved > 4
    ld    s4, frame - 48(sp)
    .endif
    .if \saved > 5
    ld    s5, frame - 56(sp)
    .endif
    .if \saved > 6
    ld    s6, frame - 64(sp)
    .endif
    .if \saved > 7
    ld    s7, frame - 72(sp)
    .endif
    .if \saved > 8
    ld    s8, frame - 80(sp)
    .endif
    addi  sp, sp, frame
    ret
.endm
