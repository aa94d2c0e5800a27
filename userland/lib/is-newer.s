# is_newer: which of two files was changed later.
        .include "abi.s"

        .text

# is_newer(stat: a0, stat: a1) -> a0 = 1 when the first was changed later than the second
        .globl is_newer
is_newer:
        ld t0, stat_st_mtime(a0)
        ld t1, stat_st_mtime(a1)
        bne t0, t1, 1f
        ld t0, stat_st_mtime_nsec(a0)
        ld t1, stat_st_mtime_nsec(a1)
1:      slt a0, t1, t0
        ret
