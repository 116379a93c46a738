import I386
import MinixABI

/// The calls for a BIOS and for a profiling kernel, of which there is neither.
extension Kernel {
  /// SYS_INT86: a BIOS call. There is none to be made.
  ///
  /// Source: minix `kernel/arch/i386/do_int86.c`; ABI 8.2 and 8.3.
  func int86(_ message: Message) -> CallOutcome {
    .reply(AddressSpaceLayout.isUserRange(message[word: 20], byteCount: 1) ? .einval : .efault)
  }

  /// SYS_READBIOS: a copy from the BIOS's memory, which isn't there.
  ///
  /// Source: minix `kernel/arch/i386/do_readbios.c`; ABI 8.2 and 8.3.
  func readBIOS(_ message: Message) -> CallOutcome {
    .reply(message[word: 8] == 0 ? .edom : .efault)
  }

  /// SYS_SPROF, SYS_CPROF and SYS_PROFBUF: this kernel profiles nobody.
  ///
  /// Source: minix `kernel/system/do_sprofile.c`, `do_cprofile.c`, `do_profbuf.c`; ABI 8.3.
  func profile() -> CallOutcome { .reply(.enosys) }
}
