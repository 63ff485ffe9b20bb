"""placeholder"""
def first_different(old,new):
    for i,(a,b) in enumerate(zip(old,new)):
        if a.text!=b.text: return i,[]
    return min(len(old),len(new)),[]
