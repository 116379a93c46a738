public import Confinement
import Kernel
public import Session

public enum RunExitCode { public static func of(_ result: RunResult) -> Int32 { 0 } }
public struct RunSummary {
  let r: RunResult
  public init(_ result: RunResult, exitCode: Int32, engine: String, confinement: ConfinementReport?) { r = result }
  public func json() -> String { "\(r.end)" }
}
public struct SummaryTable {
  let r: RunResult
  public init(_ result: RunResult) { r = result }
  public var text: String {
    var s = "\(r.end)\n\(r.exits)\n\(r.memory) \(r.duration)\n"
    for p in r.processes { s += "\(p)\n" }
    for e in r.lastEvents { s += "  \(e)\n" }
    s += "\(r.kernel.kernelCalls) \(r.kernel.vmControls) \(r.kernel.kernelCallErrors)"
    return s
  }
}
