import Kernel
import Servers

/// Where the kernel's own text goes (SYS_SYSCTL's diagnostics): with the programs' errors.
struct DiagnosticConsole: KernelConsole {
  let output: any ProgramOutput

  /// What can't be written is lost, as on a console that nobody looks at.
  func write(_ text: [UInt8]) {
    _ = output.write(text[...], to: .error)
  }
}
