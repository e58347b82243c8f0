// The part of libsrtp 3's interface that mediasoup-worker calls, on top of libsrtp 2, which is what distributions carry.
// The policy becomes an object with setters, and protecting writes to a second buffer.
#pragma once

// libsrtp 2 calls its plain struct srtp_policy_t; libsrtp 3 gives that name to a handle.
#define srtp_policy_t srtp2_plain_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>

// Errors that only libsrtp 3 has. Macros, because later releases of libsrtp 2 may define one of them as an enumerator.
#define srtp_err_status_buffer_small (static_cast<srtp_err_status_t>(1001))
#define srtp_err_status_cryptex_err (static_cast<srtp_err_status_t>(1002))

struct srtp_policy_shim
{
	srtp2_plain_policy_t plain{};
	// The master key followed by its salt, as libsrtp 2 wants them.
	unsigned char key[SRTP_MAX_KEY_LEN]{};
};

using srtp_policy_t = srtp_policy_shim*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) srtp_policy_shim;

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (policy)
	{
		OPENSSL_cleanse(policy->key, sizeof(policy->key));
	}

	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->plain.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->plain.rtp, profile);

	return status == srtp_err_status_ok
	         ? srtp_crypto_policy_set_from_profile_for_rtcp(&policy->plain.rtcp, profile)
	         : status;
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const std::uint8_t* key,
  std::size_t keyLength,
  const std::uint8_t* salt,
  std::size_t saltLength,
  const std::uint8_t* /*mki*/,
  std::size_t mkiLength)
{
	if (mkiLength != 0 || keyLength + saltLength > sizeof(policy->key))
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, keyLength);
	std::memcpy(policy->key + keyLength, salt, saltLength);
	policy->plain.key = policy->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->plain.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, std::size_t size)
{
	policy->plain.window_size = static_cast<unsigned long>(size);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, static_cast<const srtp2_plain_policy_t*>(&policy->plain));
}

namespace srtp_shim
{
	// libsrtp 2 works in place and counts in int; `reserve` is what it may append.
	template<typename Operation>
	srtp_err_status_t inPlace(
	  Operation operation,
	  srtp_t session,
	  const std::uint8_t* input,
	  std::size_t inputLength,
	  std::uint8_t* output,
	  std::size_t* outputLength,
	  std::size_t reserve)
	{
		if (inputLength > static_cast<std::size_t>(std::numeric_limits<int>::max()) - reserve || *outputLength < inputLength + reserve)
		{
			return srtp_err_status_buffer_small;
		}

		if (output != input)
		{
			std::memmove(output, input, inputLength);
		}

		int length        = static_cast<int>(inputLength);
		const auto status = operation(session, output, &length);

		if (status == srtp_err_status_ok)
		{
			*outputLength = static_cast<std::size_t>(length);
		}

		return status;
	}
} // namespace srtp_shim

inline srtp_err_status_t srtp_protect(
  srtp_t session, const std::uint8_t* rtp, std::size_t rtpLength, std::uint8_t* srtp, std::size_t* srtpLength, std::size_t /*mki*/)
{
	const auto protect = [](srtp_t s, void* packet, int* length) { return srtp_protect(s, packet, length); };

	return srtp_shim::inPlace(protect, session, rtp, rtpLength, srtp, srtpLength, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const std::uint8_t* srtp, std::size_t srtpLength, std::uint8_t* rtp, std::size_t* rtpLength)
{
	const auto unprotect = [](srtp_t s, void* packet, int* length) { return srtp_unprotect(s, packet, length); };

	return srtp_shim::inPlace(unprotect, session, srtp, srtpLength, rtp, rtpLength, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const std::uint8_t* rtcp, std::size_t rtcpLength, std::uint8_t* srtcp, std::size_t* srtcpLength, std::size_t /*mki*/)
{
	const auto protect = [](srtp_t s, void* packet, int* length) { return srtp_protect_rtcp(s, packet, length); };

	// RTCP gets four bytes more than RTP: the index with its encryption flag.
	return srtp_shim::inPlace(protect, session, rtcp, rtcpLength, srtcp, srtcpLength, SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const std::uint8_t* srtcp, std::size_t srtcpLength, std::uint8_t* rtcp, std::size_t* rtcpLength)
{
	const auto unprotect = [](srtp_t s, void* packet, int* length) { return srtp_unprotect_rtcp(s, packet, length); };

	return srtp_shim::inPlace(unprotect, session, srtcp, srtcpLength, rtcp, rtcpLength, 0);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, std::uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}
