import MinixABI

extension Kernel {
  /// SYS_SEGCTL: would add a far segment to the caller's LDT, and there is none: segments are flat.
  ///
  /// Source: minix `kernel/system/do_segctl.c`; ABI 17.
  func segmentControl() -> CallOutcome { .reply(.einval) }
}
