// What mediasoup-worker uses of ankerl::unordered_dense, which distributions do not carry, on the standard containers.
// Those keep references valid for longer and order nothing differently that the worker relies on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<typename Key, typename = void>
	struct hash : std::hash<Key>
	{
	};

	// std::hash of an integer is the integer itself, and the worker combines such hashes of addresses and ports: mix the bits
	// (the finaliser of SplitMix64).
	template<typename Key>
	struct hash<Key, std::enable_if_t<std::is_integral_v<Key> || std::is_enum_v<Key>>>
	{
		std::size_t operator()(Key key) const noexcept
		{
			auto bits = static_cast<std::uint64_t>(key) + 0x9e3779b97f4a7c15ULL;

			bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
			bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;

			return static_cast<std::size_t>(bits ^ (bits >> 31));
		}
	};

	template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
