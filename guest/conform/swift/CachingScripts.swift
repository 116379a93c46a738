// Aliases, table pages that become something else, and CR4.PSE: a script at a time.

import ConformAssembly
import I386
import PagingCases

struct CachingScripts {
  private let parameters: RunParameters
  private let processor: ProcessorFeatures
  private(set) var total: UInt32 = 0
  private(set) var failed: UInt32 = 0

  init(_ parameters: RunParameters, _ processor: ProcessorFeatures) {
    self.parameters = parameters
    self.processor = processor
  }

  mutating func run() {
    for directory in [CachingScript.directory, CachingScript.otherDirectory] {
      Memory.clear(directory, byteCount: 0x1000)
      Machine.installOwnMappings(in: directory)
    }
    for frame in CachingScript.frames { Matrix.storeCode(at: frame) }
    setPSE(true)
    conform_write_cr3(CachingScript.directory.rawValue)
    for script in CachingScript.all where script.isPossible(on: processor) {
      if parameters.wants(script) { run(script) }
    }
    conform_write_cr3(GuestLayout.ownDirectory)
    Machine.setControls(PagingMode(writeProtect: false, pageSizeExtensions: false))
  }

  private func setPSE(_ isSet: Bool) {
    Machine.setControls(
      PagingMode(writeProtect: true, pageSizeExtensions: isSet),
      globalPages: processor.has(ProcessorFeatures.globalPages))
  }

  private mutating func run(_ script: CachingScript) {
    let oracle = CachingOracle(script)
    for table in [CachingScript.tableOne, CachingScript.tableTwo] {
      // One of them may become the directory.
      Machine.installOwnMappings(in: table)
    }
    for cell in script.cells { Memory.store(cell.value, at: cell.place) }
    setPSE(script.startsWithPSE)
    flush()
    let results = play(script)
    let memory = oracle.cells.map { Memory.load($0.place) }
    for cell in script.cells { Memory.store(0, at: cell.place) }
    setPSE(true)
    total += 1
    if let difference = oracle.difference(from: results, memory) {
      failed += 1
      Report.script(CachingScriptFinding(script, difference))
    }
  }

  private func play(_ script: CachingScript) -> [AccessResult] {
    var results: [AccessResult] = []
    for step in script.steps {
      switch step {
      case .store(let place, let value): Memory.store(value, at: place)
      case .access(let linear, let access, let register):
        results.append(Caching.access(access, linear, register))
      case .invalidate(let invalidation, let linear):
        if !parameters.omitsInvalidations {
          Caching.invalidate(invalidation, linear, CachingScript.directory)
        }
      case .loadCR3(let directory): conform_write_cr3(directory.rawValue)
      case .setPSE(let isSet): setPSE(isSet)
      }
    }
    return results
  }

  /// Forgets everything, global pages too.
  private func flush() {
    if processor.has(ProcessorFeatures.globalPages) {
      Machine.toggleGlobalPages()
    } else {
      conform_write_cr3(CachingScript.directory.rawValue)
    }
  }
}
