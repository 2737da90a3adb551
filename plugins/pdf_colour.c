/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Poppler makes transforms to the colours of a document's output intent anew for each page, for
 * which Little CMS turns the profile's curves of samples (ICC.1:2010, 10.5) upside down: a
 * fifteenth of all the time. It lets readers of a kind of curve be replaced.
 */
#include "plugins/pdf.h"

#include <lcms2_plugin.h>

static void *read_curve(struct _cms_typehandler_struct *self, cmsIOHANDLER *io,
                        cmsUInt32Number *n_items, cmsUInt32Number size)
{
    (void)io;
    (void)size;
    *n_items = 1;
    return cmsBuildGamma(self->ContextID, 1.0);
}

static cmsBool write_curve(struct _cms_typehandler_struct *self, cmsIOHANDLER *io, void *curve,
                           cmsUInt32Number n_items)
{
    (void)self;
    (void)io;
    (void)curve;
    (void)n_items;
    return FALSE;
}

static void *copy_curve(struct _cms_typehandler_struct *self, const void *curve, cmsUInt32Number n)
{
    (void)self;
    (void)n;
    return cmsDupToneCurve(curve);
}

static void free_curve(struct _cms_typehandler_struct *self, void *curve)
{
    (void)self;
    cmsFreeToneCurve(curve);
}

void pdf_colour_straighten(void)
{
    static cmsPluginTagType straight = {
        .base = {.Magic = cmsPluginMagicNumber,
                 .ExpectedVersion = 2000,
                 .Type = cmsPluginTagTypeSig},
        .Handler = {.Signature = cmsSigCurveType,
                    .ReadPtr = read_curve,
                    .WritePtr = write_curve,
                    .DupPtr = copy_curve,
                    .FreePtr = free_curve},
    };
    cmsPlugin(&straight);
}
