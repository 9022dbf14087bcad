import Fleet

/// One definition of a VM: on which host, and under which id.
struct DomainPlace: Hashable, Sendable {
  let host: HostID
  let vm: VMID
}

/// The definitions that have a name, an address, a port or a disk, by it.
///
/// A change costs the same however many definitions have the key.
struct PlaceIndex<Key: Hashable & Sendable>: Sendable {
  /// One or more definitions; most keys have one.
  private struct Places: Sendable {
    var first: DomainPlace
    var rest: Set<DomainPlace> = []

    /// - Returns: false if none is left.
    mutating func remove(_ place: DomainPlace) -> Bool {
      guard first == place else {
        rest.remove(place)
        return true
      }
      guard let next = rest.popFirst() else { return false }
      first = next
      return true
    }
  }

  private var places = ShardedDictionary<Key, Places>()
  /// The keys that several definitions have.
  private(set) var shared: Set<Key> = []

  /// The definitions that have a key, in no order.
  subscript(key: Key) -> [DomainPlace] {
    guard let found = places[key] else { return [] }
    return [found.first] + found.rest
  }

  /// The definition that has a key; nil if none has it, or several.
  func only(_ key: Key) -> DomainPlace? {
    guard let found = places[key], found.rest.isEmpty else { return nil }
    return found.first
  }

  /// True if that definition has the key.
  func contains(_ place: DomainPlace, for key: Key) -> Bool {
    guard let found = places[key] else { return false }
    return found.first == place || found.rest.contains(place)
  }

  /// True if a definition has the key.
  func contains(_ key: Key) -> Bool { places[key] != nil }

  /// Every key, in no order.
  var keys: some Sequence<Key> { places.keys }

  /// Adds a definition that does not have the key yet.
  mutating func add(_ place: DomainPlace, to key: Key) {
    let isShared = places.change(key) { present in
      present?.rest.insert(place)
      guard present == nil else { return true }
      present = Places(first: place)
      return false
    }
    if isShared { shared.insert(key) }
  }

  /// Removes a definition that has the key.
  mutating func remove(_ place: DomainPlace, from key: Key) {
    let isShared = places.change(key) { present in
      if present?.remove(place) == false { present = nil }
      return present?.rest.isEmpty == false
    }
    if !isShared { shared.remove(key) }
  }

  /// Replaces the keys of a definition.
  /// - Returns: the keys that it had or has, but not both.
  @discardableResult
  mutating func replace(_ old: Set<Key>, with new: Set<Key>, of place: DomainPlace) -> Set<Key> {
    guard old != new else { return [] }
    let changed = old.symmetricDifference(new)
    for key in changed {
      if old.contains(key) { remove(place, from: key) } else { add(place, to: key) }
    }
    return changed
  }
}
