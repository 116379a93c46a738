import ArgumentParser
import Benchmarks
import Confinement
import GuestImage
import KVM
import Lab
import Machine
import Session
import Trace

/// A failure of the command: one line, and an exit code from sysexits.
struct Failure: Error {
  let line: String
  let exitCode: Int32

  /// Runs a command's body and turns what it throws into one line on standard error and the exit
  /// code that the documentation promises.
  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let code as ExitCode {
      throw code
    } catch {
      let failure = Failure(error)
      StandardError.say("faultline: \(failure.line)")
      throw ExitCode(failure.exitCode)
    }
  }

  init(_ line: String, exitCode: Int32) {
    self.line = line
    self.exitCode = exitCode
  }

  /// What any of the modules' errors means to the caller.
  init(_ error: any Error) {
    switch error {
    case let error as Failure: self = error
    case let error as KVMError: self.init(error.description, exitCode: error.exitCode)
    case let error as ProcessorError: self.init(error.description, exitCode: error.exitCode)
    case let error as LabError: self.init("\(error)", exitCode: error.exitCode)
    case let error as ImageError: self.init("\(error)", exitCode: error.exitCode)
    case let error as ManifestError: self.init("\(error)", exitCode: error.exitCode)
    case let error as ConfinementError: self.init("\(error)", exitCode: 70)
    case let error as SessionError: self.init(error)
    case let error as TraceError: self.init(error.description, exitCode: error.exitCode)
    case FaultBenchmarkError.interrupted, StartBenchmarkError.interrupted:
      self.init("interrupted", exitCode: 130)
    default: self.init("\(error)", exitCode: 70)
    }
  }

  private init(_ error: SessionError) {
    switch error {
    case .memoryTooSmall: self.init(error.description, exitCode: 71)
    case .startWithoutPM, .argumentsTooLong, .tooManyPrograms, .serverUnavailable:
      self.init(error.description, exitCode: 65)
    case .processor(let error): self.init(error.description, exitCode: error.exitCode)
    }
  }
}

extension TraceError {
  /// Source: sysexits.
  fileprivate var exitCode: Int32 {
    switch kind {
    case .unreadable: 66
    case .alien, .damaged: 65
    case .unwritable: 73
    }
  }
}
