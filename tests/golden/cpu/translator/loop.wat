(module
  (type (;0;) (func (param i64 i64 i64 i32) (result i64)))
  (type (;1;) (func (param i64 i64) (result i64)))
  (type (;2;) (func (result i64 i64)))
  (import "machine" "memory" (memory (;0;) 1))
  (import "tier0" "enter" (func (;0;) (type 0)))
  (import "tier0" "load" (func (;1;) (type 0)))
  (import "tier0" "store" (func (;2;) (type 0)))
  (import "tier0" "fetch" (func (;3;) (type 0)))
  (func (;4;) (type 1) (param i64 i64) (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i32 i64 i32 i64 i32 i32 i64 i32 i64 i64 i64 i64)
    i32.const 0
    i64.load offset=72
    local.set 2
    i32.const 0
    i64.load offset=104
    local.set 3
    i32.const 0
    i64.load offset=144
    local.set 4
    i32.const 0
    i64.load offset=152
    local.set 5
    i32.const 0
    i64.load offset=160
    local.set 6
    i32.const 0
    i64.load offset=168
    local.set 7
    i64.const -1
    local.set 8
    i64.const -1
    local.set 10
    block  ;; label = @1
      block (result i32)  ;; label = @2
        block (result i32)  ;; label = @3
          block (result i64)  ;; label = @4
            block (result i64)  ;; label = @5
              block (result i64)  ;; label = @6
                block (result i64)  ;; label = @7
                  block (result i64 i64)  ;; label = @8
                    loop  ;; label = @9
                      block (result i64)  ;; label = @10
                        i64.const 0
                        local.get 0
                        i64.const -85899345912
                        i64.add
                        local.tee 12
                        i64.const 0
                        i64.lt_s
                        br_if 3 (;@7;)
                        drop
                        local.get 12
                        local.set 0
                        block  ;; label = @11
                          local.get 4
                          i64.const 12
                          i64.add
                          i64.const -4093
                          i64.and
                          local.get 8
                          i64.ne
                          br_if 0 (;@11;)
                          local.get 4
                          i64.const -4096
                          i64.and
                          local.get 8
                          i64.ne
                          br_if 0 (;@11;)
                          local.get 4
                          i32.wrap_i64
                          local.get 9
                          i32.add
                          local.set 13
                          local.get 6
                          i64.const 8
                          i64.add
                          i64.const -4089
                          i64.and
                          local.get 10
                          i64.ne
                          br_if 0 (;@11;)
                          local.get 6
                          i64.const 8
                          i64.add
                          i32.wrap_i64
                          local.get 11
                          i32.add
                          local.set 14
                          local.get 13
                          i64.load32_s align=1
                          local.set 3
                          local.get 5
                          local.get 3
                          i64.add
                          local.set 5
                          local.get 14
                          local.get 5
                          i64.store align=1
                          local.get 4
                          i64.const 4
                          i64.add
                          local.set 4
                          i64.const 64424509434
                          local.get 4
                          local.get 7
                          i64.ne
                          i32.eqz
                          br_if 1 (;@10;)
                          drop
                          local.get 13
                          i64.load32_s offset=4 align=1
                          local.set 3
                          local.get 5
                          local.get 3
                          i64.add
                          local.set 5
                          local.get 14
                          local.get 5
                          i64.store align=1
                          local.get 4
                          i64.const 4
                          i64.add
                          local.set 4
                          i64.const 42949672956
                          local.get 4
                          local.get 7
                          i64.ne
                          i32.eqz
                          br_if 1 (;@10;)
                          drop
                          local.get 13
                          i64.load32_s offset=8 align=1
                          local.set 3
                          local.get 5
                          local.get 3
                          i64.add
                          local.set 5
                          local.get 14
                          local.get 5
                          i64.store align=1
                          local.get 4
                          i64.const 4
                          i64.add
                          local.set 4
                          i64.const 21474836478
                          local.get 4
                          local.get 7
                          i64.ne
                          i32.eqz
                          br_if 1 (;@10;)
                          drop
                          local.get 13
                          i64.load32_s offset=12 align=1
                          local.set 3
                          local.get 5
                          local.get 3
                          i64.add
                          local.set 5
                          local.get 14
                          local.get 5
                          i64.store align=1
                          local.get 4
                          i64.const 4
                          i64.add
                          local.set 4
                          local.get 4
                          local.get 7
                          i64.ne
                          br_if 2 (;@9;)
                          i64.const 0
                          br 1 (;@10;)
                        end
                        i64.const 64424509434
                        local.get 0
                        i64.add
                        local.set 0
                        local.get 4
                        i64.const -4093
                        i64.and
                        local.tee 15
                        local.get 8
                        i64.ne
                        if  ;; label = @11
                          i64.const 21474836478
                          i64.const 0
                          local.get 4
                          i32.wrap_i64
                          i32.const 8
                          i32.shr_u
                          i32.const 4080
                          i32.and
                          local.tee 16
                          i64.load offset=4260096
                          local.get 15
                          i64.ne
                          br_if 3 (;@8;)
                          drop
                          drop
                          local.get 15
                          local.set 8
                          local.get 16
                          i32.load offset=4260104
                          local.set 9
                        end
                        local.get 9
                        local.get 4
                        i32.wrap_i64
                        i32.add
                        i64.load32_s align=1
                        local.set 3
                        local.get 5
                        local.get 3
                        i64.add
                        local.set 5
                        local.get 6
                        i64.const 8
                        i64.add
                        local.set 17
                        local.get 17
                        i64.const -4089
                        i64.and
                        local.tee 15
                        local.get 10
                        i64.ne
                        if  ;; label = @11
                          i64.const 12884901887
                          i64.const 8
                          local.get 17
                          i32.wrap_i64
                          i32.const 8
                          i32.shr_u
                          i32.const 4080
                          i32.and
                          local.tee 16
                          i64.load offset=4264192
                          local.get 15
                          i64.ne
                          br_if 3 (;@8;)
                          drop
                          drop
                          local.get 15
                          local.set 10
                          local.get 16
                          i32.load offset=4264200
                          local.set 11
                        end
                        local.get 11
                        local.get 17
                        i32.wrap_i64
                        i32.add
                        local.get 5
                        i64.store align=1
                        local.get 4
                        i64.const 4
                        i64.add
                        local.set 4
                        local.get 4
                        local.get 7
                        i64.ne
                        br_if 1 (;@9;)
                        i64.const 0
                        br 0 (;@10;)
                      end
                      local.get 0
                      i64.add
                      local.set 0
                      i64.const 20
                      local.get 0
                      i64.const -4294967296
                      i64.add
                      local.tee 12
                      i64.const 0
                      i64.lt_s
                      br_if 2 (;@7;)
                      drop
                      local.get 12
                      local.set 0
                      local.get 2
                      i64.const -2
                      i64.and
                      local.tee 18
                      i32.wrap_i64
                      i32.const 3
                      i32.and
                      if  ;; label = @10
                        local.get 0
                        i64.const 4294967296
                        i64.add
                        local.set 0
                        i64.const 20
                        br 3 (;@7;)
                      end
                      i32.const 0
                      local.get 3
                      i64.store offset=104
                      i32.const 0
                      local.get 4
                      i64.store offset=144
                      i32.const 0
                      local.get 5
                      i64.store offset=152
                      i32.const 0
                      local.get 18
                      i64.store offset=4259848
                      local.get 18
                      local.get 1
                      i64.xor
                      i64.const -4096
                      i64.and
                      i64.const 0
                      i64.ne
                      if  ;; label = @10
                        i32.const 0
                        i32.const 0
                        i32.store offset=4259868
                        i32.const 0
                        local.get 18
                        i64.store offset=4259848
                        local.get 0
                        i64.const 4294967296
                        i64.lt_s
                        br_if 9 (;@1;)
                        local.get 18
                        i64.const -4096
                        i64.and
                        local.set 19
                        local.get 18
                        i32.wrap_i64
                        i32.const 8
                        i32.shr_u
                        i32.const 4080
                        i32.and
                        local.tee 16
                        i64.load offset=4268288
                        local.get 19
                        i64.eq
                        if  ;; label = @11
                          local.get 0
                          i64.const 1
                          i64.add
                          local.set 0
                          i32.const 0
                          local.get 19
                          i64.store offset=4259856
                          i32.const 0
                          local.get 16
                          i32.load offset=4268296
                          i32.store offset=4259864
                        else
                          local.get 18
                          local.get 0
                          i64.const 0
                          i32.const 0
                          call 3
                          local.set 0
                          i64.const -1
                          local.set 8
                          i64.const -1
                          local.set 10
                          i32.const 0
                          i32.load offset=4259868
                          br_if 10 (;@1;)
                        end
                      end
                      i32.const 0
                      i32.const 1
                      i32.store offset=4259868
                      br 8 (;@1;)
                      unreachable
                    end
                    unreachable
                  end
                  local.set 20
                  local.get 0
                  i64.add
                  local.set 0
                  i32.const 0
                  i32.const 0
                  i32.load16_u offset=5242892
                  i32.const 1
                  i32.add
                  local.tee 16
                  i32.store16 offset=5242892
                  i32.const 0
                  i32.const 5242880
                  i32.store offset=4259884
                  i32.const 0
                  i32.const 11
                  i32.const 2
                  local.get 16
                  i32.const 1000
                  i32.gt_u
                  select
                  i32.store offset=4259868
                  local.get 20
                  br 1 (;@6;)
                end
                i32.const 0
                i32.const 2
                i32.store offset=4259868
                br 0 (;@6;)
              end
              local.get 1
              i64.add
              br 1 (;@4;)
            end
            unreachable
          end
          local.set 20
          i32.const 0
          local.get 20
          i64.store offset=4259848
          i32.const 0
          local.get 3
          i64.store offset=104
          i32.const 0
          local.get 4
          i64.store offset=144
          i32.const 0
          local.get 5
          i64.store offset=152
          br 2 (;@1;)
        end
        unreachable
      end
      unreachable
    end
    local.get 0)
  (export "r0" (func 4)))
