internal import Yams

/// What programs say of each other, once all of them are known.
extension ManifestReader {
  /// The programs, when every name in `after` and `ipc-to` is somebody's and nobody waits for himself.
  func linked(_ entries: [ProgramEntry]) throws(ManifestError) -> [Manifest.Program] {
    let names = entries.flatMap(\.program.processNames)
    for entry in entries {
      try checkPeers(of: entry, names)
      guard let after = entry.program.start.after else { continue }
      guard names.contains(after) else {
        throw document.error(
          entry.fields[.after],
          "'after': no program is called \(after.quoted)\(after.hint(known: names))")
      }
    }
    try checkOrder(of: entries)
    return entries.map(\.program)
  }

  private func checkPeers(of entry: ProgramEntry, _ names: [String]) throws(ManifestError) {
    guard let peers = entry.program.rights.ipcTo, let node = entry.fields[.ipcTo] else { return }
    for (peer, node) in zip(peers, try entry.elements(of: node, .ipcTo)) {
      guard case .program(let name) = peer, !names.contains(name) else { continue }
      let known = BootServer.allCases.map(\.name) + ["users", "all"] + names
      throw document.error(
        node, "'ipc-to' cannot have \(name.quoted)\(name.hint(known: known))")
    }
  }

  /// Follows `after` from each program; who comes back to himself would never start.
  private func checkOrder(of entries: [ProgramEntry]) throws(ManifestError) {
    let programs = entries.map(\.program)
    for (index, entry) in entries.enumerated() {
      guard let first = entry.program.start.after else { continue }
      var place = index
      for _ in entries {
        guard let after = programs[place].start.after,
          let next = programs.firstIndex(where: { $0.processNames.contains(after) })
        else { break }
        guard next != index else {
          throw document.error(
            entry.fields[.after],
            "'after': \(entry.program.name.quoted) waits for its own end, by way of \(first.quoted)"
          )
        }
        place = next
      }
    }
  }
}
